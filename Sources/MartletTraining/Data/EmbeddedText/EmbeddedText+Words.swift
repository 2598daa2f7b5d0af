extension EmbeddedText {
  /// Places, boats, birds, things and numbers.
  static let words = """
    @town
    - Orrin Bay
    @season !
    - spring
    - summer
    - autumn
    - winter
    @street !
    - Rope Lane
    - Herring Street
    - Thimble Row
    - Bell Steps
    - Lantern Street
    - Saltgate
    - Cooper's Alley
    - Feather Hill
    - Widow's Walk
    - Anchor Yard
    @spot !
    - the end of the pier
    - the foot of the lighthouse
    - the old sea wall
    - the stones below the chapel
    - the sand beyond the harbour
    - the steps of the customs house
    - the rocks at Little Skerry
    - the mouth of the river Ash
    @boat !
    - Patience
    - Second Wind
    - Marigold
    - Kittiwake
    - Long Hope
    - Morning Star
    - Grey Goose
    - Good Intention
    - Winter Rose
    - Penny Whistle
    - Wild Honey
    - Singing Kettle
    @bird !
    - wren
    - robin
    - curlew
    - blackbird
    - sandpiper
    - starling
    - wagtail
    - jackdaw
    - tern
    - thrush
    @day !
    - Monday
    - Tuesday
    - Wednesday
    - Thursday
    - Friday
    - Saturday
    - Sunday
    @month.spring
    - March
    - April
    - May
    @month.summer
    - June
    - July
    - August
    @month.autumn
    - September
    - October
    - November
    @month.winter
    - December
    - January
    - February
    @few
    - two
    - three
    - four
    - five
    - six
    @dozens !
    - nineteen
    - twenty-two
    - thirty
    - thirty-one
    - forty
    - forty-four
    - fifty
    - sixty
    - seventy-seven
    - ninety
    @years !
    - seven
    - nine
    - eleven
    - twelve
    - fourteen
    - twenty
    - thirty
    - forty
    @keepsake !
    - brass key
    - silver thimble
    - tin whistle
    - blue marble
    - wooden spoon
    - bone comb
    - copper kettle
    - ivory button
    - pocket compass
    - garnet ring
    - china teacup
    - horn lantern
    - spyglass
    - music box
    - oak walking stick
    - red scarf
    @container !
    - tin box
    - sea chest
    - biscuit jar
    - sugar bowl
    - hat box
    - sewing basket
    - coat pocket
    - desk drawer
    @food
    - barley soup
    - potato pie
    - smoked herring
    - apple cake
    - seed bread
    - onion tart
    - fish stew
    - plum pudding
    - honey cake
    - pickled eggs
    - oatcakes
    - hot chestnuts
    - rye bread
    - mussel broth
    @colour
    - blue
    - grey
    - green
    - yellow
    - white
    - red
    - rust-brown
    - silver
    - cream
    - violet
    @flower !
    - foxgloves
    - sea pinks
    - marigolds
    - sweet peas
    - primroses
    - poppies
    - bluebells
    - hollyhocks
    @instrument !
    - fiddle
    - concertina
    - flute
    - harp
    - drum
    - cornet
    @wind !
    - north wind
    - south wind
    - east wind
    - west wind
    @smell
    - tar and rope
    - salt and woodsmoke
    - wet wool
    - bread and rain
    - varnish
    - seaweed and coal smoke
    - lamp oil and oranges
    - apples and old paper
    """
}
