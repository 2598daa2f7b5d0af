extension EmbeddedText {
  /// Who a tale is about.
  ///
  /// `hero`, `he`, `him`, `his` and `himself` belong to the first character, `friend`, `they`, `them`,
  /// `their` and `themself` to the second. Each becomes the form its character asks for. One of the two is
  /// always a woman and the other a man, so no pronoun can be taken for the other's.
  static let people = """
    @gender !
    - she
    - he
    @hero !
    - {name:gender}
    @he
    - {gender}
    @him
    - {object:gender}
    @his
    - {possessive:gender}
    @himself
    - {object:gender}self
    @man
    - {adult:gender}
    @boy
    - {child:gender}
    @other.she
    - he
    @other.he
    - she
    @othergender !
    - {other:gender}
    @friend !
    - {name:othergender}
    @they
    - {othergender}
    @them
    - {object:othergender}
    @their
    - {possessive:othergender}
    @themself
    - {object:othergender}self
    @elder !
    - {elder:othergender}
    @sibling
    - {sibling:othergender}
    @object.she
    - her
    @object.he
    - him
    @possessive.she
    - her
    @possessive.he
    - his
    @adult.she
    - woman
    @adult.he
    - man
    @child.she
    - girl
    @child.he
    - boy
    @elder.she
    - grandmother
    - aunt
    - great-aunt
    - mother
    @elder.he
    - grandfather
    - uncle
    - great-uncle
    - father
    @sibling.she
    - sister
    @sibling.he
    - brother
    @name.she
    - Agnes
    - Mara
    - Ida
    - Nell
    - Tamsin
    - Isolde
    - Dora
    - Linnet
    - Marta
    - Greta
    - Hester
    - Ottilie
    - Pearl
    - Rosalind
    - Sabine
    - Una
    - Vera
    - Winifred
    - Ada
    - Bridie
    - Clemence
    - Edith
    - Flora
    - Maud
    - Orla
    - Tilda
    @name.he
    - Anselm
    - Bram
    - Corin
    - Davy
    - Edmund
    - Fergus
    - Gil
    - Hugo
    - Ivo
    - Jonah
    - Kit
    - Lorens
    - Matthias
    - Ned
    - Osric
    - Piers
    - Rafe
    - Silas
    - Tobias
    - Ulric
    - Walter
    - Abel
    - Barnaby
    - Emil
    - Jory
    - Perran
    @trade !
    - baker
    - net-mender
    - sailmaker
    - lamplighter
    - cooper
    - candlemaker
    - bookbinder
    - ropemaker
    - cobbler
    - tailor
    - chimney sweep
    - hatter
    - locksmith
    - fishmonger
    @friendtrade !
    - boat builder
    - schoolteacher
    - letter carrier
    - harbour pilot
    - beekeeper
    - weaver
    - potter
    - glassblower
    - mapmaker
    - organist
    - carpenter
    - innkeeper
    - fiddler
    - apothecary
    - piano tuner
    - shepherd
    @trait !
    - patient
    - stubborn
    - curious
    - cautious
    - proud
    - forgetful
    - talkative
    - shy
    - thrifty
    - hopeful
    - punctual
    - generous
    @proof.patient
    - {he} had once waited a whole afternoon for a snail to cross the [quay|step|road]
    - {he} could watch a kettle until it boiled, and the kettle never minded
    - {he} read every book twice, in case it had changed its mind
    @proof.stubborn
    - {he} would argue with a [locked door|closed gate] and expect to win
    - {he} had rowed against the tide for [three|four|six] hours sooner than wait for it to turn
    - once {he} had said a thing, the thing had better be so
    @proof.curious
    - {he} could not pass a [keyhole|cupboard|well] without asking it what it held
    - {he} had taken the kitchen clock apart [twice|three times] to see where the minutes went
    - {he} asked so many questions that the parrot at the inn had learned to say "because"
    @proof.cautious
    - {he} carried an umbrella in the bath house
    - {he} tested every stair with one foot, even {his} own
    - {he} salted {his} soup one grain at a time
    @proof.proud
    - {he} had not asked the way anywhere in [ten|twenty|thirty] years, and was often lost
    - {he} polished {his} boots before going out to look at the weather
    - {he} could not bear to be helped with so much as a button
    @proof.forgetful
    - {he} had to tie a string round {his} finger to remember {his} other strings
    - {he} often went out for eggs and came home with a [goose|fiddle|rake]
    - {he} had lost the same hat [four|five|nine] times, twice while wearing it
    @proof.talkative
    - even the tide stopped to listen, and came in late
    - {he} said good morning to the [gulls|lamp posts|herrings], and waited for an answer
    - when {he} told the news, it was older at the end than at the beginning
    @proof.shy
    - {he} raised {his} hat to people only after they had passed
    - {he} whispered even to the cat
    - {he} had once crossed the street to avoid {his} own birthday
    @proof.thrifty
    - {he} kept [a ball of string|a jar of pins|a box of candle ends] that was older than the church
    - {he} saved the crumbs for the birds and sold the birds' opinion of the weather
    - {he} wrote {his} letters on both sides, then across, then in the corners
    @proof.hopeful
    - {he} hung out the washing in the rain, to be ready
    - {he} set [an extra plate|a second cup] on the table every evening, in case
    - {he} planted apple seeds in a teacup and bought a ladder
    @proof.punctual
    - the church clock was set by {his} front door
    - {he} was early to everything, and spent half {his} life waiting pleasantly
    - the gulls knew it was noon when {he} sat down on the wall
    @proof.generous
    - {he} had given away {his} coat so often that it knew the way home
    - nobody left {his} door without [an apple|a candle|a loaf] under one arm
    - {he} always cut the cake so that the largest piece was someone else's
    @person
    - {hero} was the {trade} of {street}, and so {trait} that {proof:trait}.
    - In {street} lived ~ {trait} {trade} named {hero}. People said that {proof:trait}.
    - There [was|once was] ~ {trade} in {town} called {hero}, who was {trait}: {proof:trait}.
    - {hero}, the {trade}, was ~ {trait} {man}. It was well known that {proof:trait}.
    - Everyone in {street} knew {hero} the {trade}. {hero} was {trait}, and {proof:trait}.
    - Of all the people in {street}, {hero} the {trade} was the most {trait}; {proof:trait}.
    @company
    - {friend} the {friendtrade}
    - {friend}, who was a good {friendtrade} and a better friend
    - {his} neighbour {friend}, the {friendtrade}
    - {friend} the {friendtrade}, {his} oldest friend
    """
}
