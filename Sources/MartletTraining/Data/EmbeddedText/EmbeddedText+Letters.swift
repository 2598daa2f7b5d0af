extension EmbeddedText {
  /// Letters, logs, almanacs and lists.
  static let letters = """
    @plot.post
    - {post.title} // {post.who} {post.find} // {post.goes} {post.door} // {post.turn} {post.end}
    - {post.title} // {opening:season} {post.who} // {post.find} // {post.goes} {post.door} {post.turn} //
      {post.end}
    @post.title
    - [A Letter, Late|The Dead Letter|Behind the Sorting Shelf|Please Forward]
    - {hero} Delivers
    @post.who
    - {hero} carried the letters in {town}, up {street} and down the Bell Steps, and had worn out {dozens}
      pairs of boots.
    - {hero} the letter carrier could tell good news from bad by the weight, and walked [faster|slower]
      accordingly.
    - In {years} years {hero} had never lost a letter, and was ~ {trait} {man} besides; {proof:trait}.
    @post.find
    - When the old sorting shelf was moved, a letter fell out from behind it. It was {years} years late.
    - Under the floor of the post office {hero} found one letter, [yellow as butter|nibbled by mice], that had
      slipped through a crack.
    - At the bottom of a mail sack that nobody had turned out properly there was a small {colour} envelope.
      The stamp had a dead king on it.
    - On {day}, turning out the pigeon holes, {hero} found a letter that had been used for {years} years to
      stop a shelf from rocking.
    @post.goes
    - It was addressed to {friend}, in {street}. {hero} put on {his} [cap|best coat] and went at once, since
      it had waited long enough.
    - "For {friend}," it said. {hero} knew {friend}: {they} lived alone, and never had any letters but bills.
    - The rule was to send it back. But whoever had sent it was gone, and {friend} was only three doors away.
    @post.door
    - "This is late," said {hero}, "and I am sorry." {friend} looked at the hand it was written in, and sat
      down on the step.
    - {friend} held it for a while without opening it. "I know what it says," {they} said. "I have always
      known. But I did not know it had been sent."
    - "It is probably nothing," said {friend}, and put on {their} glasses, and took them off, and put them on.
    - {friend} was at the gate. "There is never anything for me," {they} said. "There is now," said {hero},
      "and there was then."
    @post.turn
    - "Come to supper on {day}," it said. "I will wear the [blue|green|red] one. Say yes."
    - There was one line in it. "I was wrong about the [boat|dog|piano]," it said. "Come home."
    - Inside was a pressed flower, still faintly blue, and the words: "You asked what colour. This one."
    - It was a drawing of a house, with an arrow to one window, and it said: "This is where the table could
      go."
    @post.end
    - "Is there an answer?" asked {hero} after a time. "Yes," said {friend}. "There is." And {they} wrote it,
      and {hero} carried it the same evening to the churchyard.
    - {friend} laughed till {they} had to hold the door. "All these years," {they} said, "I thought it was me
      who had been late."
    - Twenty miles up the coast, it turned out, somebody was still waiting. {hero} drove them both to the
      chapel {himself}.
    - {proverb}
    - {friend} folded it up small. "Well," {they} said, "it is an answer. I had almost forgotten the
      question."
    @plot.dear
    - {dear.date} // {dear.greeting} // {dear.weather} {dear.news} // {dear.more} {dear.ask} // {dear.sign}
    - {dear.date} // {dear.greeting} // {dear.news} // {dear.more} {dear.weather} // {dear.ask} {dear.wish} //
      {dear.sign}
    - {dear.date} // {dear.greeting} // {dear.ask} {dear.weather} // {dear.news} {dear.more} {dear.wish} //
      {dear.sign}
    @dear.date
    - {street}, the [second|fifth|ninth|twelfth|twentieth|last] of {month:season}
    - On board the {boat}, {day} [night|morning]
    - The lighthouse, Tern Rock, {month:season}
    - {town}, {day} evening
    @dear.greeting
    - Dear {friend},
    - My dear {friend},
    - Dearest {friend},
    @dear.weather
    - It has rained here for {few} days, and [the cat has gone to live upstairs|we are all a little green].
    - The weather is [fine|fair], the wind is [light|in the west], and the washing is dry before you can turn
      round.
    - There is a fog at the window as I write, and I can only just see the end of this sentence.
    - You would laugh to see the harbour: it is full of [jellyfish|snow|somebody's lost oranges].
    - It is so quiet here that I can hear the {bird} change its mind.
    @dear.news
    - The great news is that the {trade} has bought a {instrument} and plays it [at night|with the window
      open|to the hens]. The hens have stopped laying.
    - You will remember the {keepsake} I lost. It turned up in the {container}, which I had looked in {few}
      times. I think it was hiding.
    - The {trade} and the {friendtrade} are speaking again. Nobody knows who began it, and both of them deny
      it.
    - They are mending the chapel roof at last, and have found {dozens} balls, a nest, and [a love letter|a
      shoe|a sandwich].
    - A whale came into the bay on {day} and looked us all over, and left. I have felt [judged|better|smaller]
      ever since.
    - Eight boats went out on {day} and seven came back, since one of them had been in two pieces.
    @dear.more
    - I saw the first martlets on {day}. They went over very high and did not stop, and I thought of you.
    - I have taken up {dear.hobby}. I am not good at it, but I am [cheerful|quick|quiet].
    - I made {food} from your receipt, and it was [a success|eaten|blamed on you].
    - The children next door have a boat made of a door, and mean to sail to you in it. Please have
      [towels|cake] ready.
    - At night I leave the lamp in the window, out of habit. A moth has got used to it and would be
      disappointed if I stopped.
    - I have moved the table to the window. Now I can see who is coming, and, if it is the {trade}, be out.
    @dear.hobby
    - knots
    - chess
    - the study of snails
    - whistling
    - beekeeping
    - watercolours
    @dear.ask
    - How is your knee? Do you still [walk by the river|argue with the goat|sleep in your hat]?
    - When are you coming? Your chair has begun to look at me.
    - Tell me what you see from your window. Begin on the left, and leave nothing out.
    - Do you remember the night we rowed out to see the stars from underneath? I was thinking of it today.
    - Did you ever find out who was ringing the bell? I have an idea, and it has whiskers.
    @dear.wish
    - I keep a plum tree for you in the yard. This year it has {few} plums.
    - There is nothing to tell, you see, and I could go on telling it all night.
    - I would send you some of the sea, but the post office is strict.
    - The post goes at four, so I will stop, though not because I am finished.
    @dear.sign
    - Your [loving|old|faithful] friend, / {hero}
    - Ever yours, / {hero}
    - With love from the [cat|sea|whole house], / {hero}
    - Yours in haste, / {hero} // P.S. {dear.postscript}
    @dear.postscript
    - The {bird} has learned your tune. It gets the end wrong, as you do.
    - I enclose a feather. I do not know whose.
    - Burn this, or better, answer it.
    - I have found your other glove.
    - It has just stopped raining.
    @plot.log
    - {log.title} // {log.mon} // {log.tue} // {log.wed} // {log.fri}
    - {log.title} // {log.mon} // {log.wed} // {log.thu} // {log.sun}
    - {log.title} // {log.tue} // {log.thu} // {log.fri} // {log.sun}
    @log.title
    - From the Log of the [Tern Rock Light|{boat}]
    - The Keeper's Log
    - A Week at Tern Rock
    - The Log Book of {hero}
    @log.mon
    - Monday. Wind {log.wind}. {log.seen}
    - Monday. {log.work} {log.seen}
    @log.tue
    - Tuesday. {log.weather} {log.thought}
    - Tuesday. Wind {log.wind}. {log.work}
    @log.wed
    - Wednesday. {log.visit} {log.thought}
    - Wednesday. {log.weather} {log.visit}
    @log.thu
    - Thursday. {log.work} {log.cat}
    - Thursday. Wind {log.wind}, then nothing. {log.cat}
    @log.fri
    - Friday. {log.seen} {log.end}
    - Friday. {log.cat} {log.end}
    @log.sun
    - Sunday. {log.weather} {log.end}
    - Sunday. Wind {log.wind}. {log.end}
    @log.wind
    - [north|south|east|west], [light|fresh|strong]
    - [north-west|south-west|north-east], [backing|rising|falling]
    - all round the compass, looking for something
    @log.weather
    - [Rain|Sleet|Hail|Drizzle] all day, [without conviction|from the left].
    - Clear. Saw the coast as far as [Candle Hill|the Ash|the next parish], with every sheep.
    - Fog. Rang the bell every {few} minutes. Nobody rang back.
    - So still that I heard a door shut in {street}.
    @log.seen
    - ^{few} ships passed, bound [north|south|home]. One of them dipped her flag, and I dipped my hat.
    - Saw the {boat} going out with {friend} at the helm, singing. ^{they} was still singing when I could no
      longer see {them}.
    - Saw a martlet asleep on the wing, at sixty feet. Did not like to wake it.
    - A whale, two seals, and [a chair|a barrel|a door], in that order.
    - Counted {dozens} sails at noon. At one there were none. I did not do anything.
    @log.work
    - Trimmed the lamp, wound the clock, painted the [rail|gate|door] {colour}. It was {colour} before.
    - Polished the lens. Counted the stairs again: {dozens}. One more than last year.
    - Oiled every hinge on the rock. Now I cannot tell when I am coming in.
    - Wrote to the Board for a new broom. The Board has asked what became of the old one.
    @log.visit
    - The supply boat came with flour, oil, and a letter for somebody else. I read the envelope several times.
    - {friend} rowed out with {food} and stayed until the tide said no.
    - No visitors, unless I count the [seal|gull with one leg|moon], and I do.
    - A small boat came close, to ask if I was lonely. I said no. They had sandwiches. I said a little.
    @log.thought
    - I talk to the lamp. It is a good listener, though inclined to flicker at the sad parts.
    - It is curious to be looked for by so many and seen by so few.
    - I have read all my books, and begun to read them [backwards|to the cat|aloud, in voices].
    - The sea said the same thing all night. Toward morning I thought that I had nearly understood it.
    @log.cat
    - The cat has caught a fish. She is as surprised as the fish.
    - The cat watched the sea for an hour and then looked at me, as if it were my doing.
    - The cat and I are not speaking. It was about the butter.
    - The cat had {few} kittens in the signal locker. Have named them after the winds, with some left over.
    - The cat has climbed the stairs to look at the lamp. We were both moved.
    @log.end
    - Lit the lamp at dusk. A ship I could not see blew her horn, once. I take it that she meant thank you.
    - Lit the lamp. All well.
    - Somebody is lighting a lamp on shore just when I light mine. I have begun to wait for it.
    - One year today. The relief came, and asked if I was ready to go home. I looked about, and said that I
      was there.
    - Put the lamp out at sunrise. All ships home.
    @plot.almanac
    - {almanac.title} // {almanac.a} {almanac.b} // {almanac.c} {almanac.d} // {almanac.e}
    - {almanac.title} // {almanac.b} {almanac.c} // {almanac.a} // {almanac.d} {almanac.e}
    - {almanac.title} // {almanac.c} // {almanac.d} {almanac.a} // {almanac.b} {almanac.e}
    @almanac.title
    - From the {town} Almanac: ^{month:season}
    - The Fisherman's Almanac for ^{month:season}
    - Notes for the Month of ^{month:season}
    - {hero}'s Almanac
    @almanac.a
    - If it rains on the first [Monday|Friday|Sunday] of {month:season}, it will [rain again|be sorry
      later|stop].
    - A ring around the moon means [wind|a wedding|a visitor from the north]. Two rings mean that you need
      your glasses.
    - When the gulls walk, take in the washing. When they [sit|argue], put it out again.
    - ^{month:season} fog has a short temper; by noon it will have gone off somewhere to be alone.
    @almanac.b
    - Now is the time to [tar the boat|sow the beans|turn the cheeses|air the blankets], and to forgive
      whoever borrowed the [ladder|wheelbarrow|good knife].
    - Mend nets on a rising tide, and quarrels on a falling one.
    - Plant [onions|kale|leeks] by the old moon, and hope by the new.
    - Do not lend your {keepsake} in {month:season}. It will come home with [a dent|opinions|a cold].
    - Count your hens. If there are more than you thought, ask next door; if there are fewer, do not.
    @almanac.c
    - High water on the [third|eighth|fourteenth] will reach the second of the Bell Steps. On the
      [sixteenth|twentieth] it will reach the third, and want to come in.
    - The martlets may be looked for [about the tenth|in the third week|any evening], very high, going over
      like handwriting.
    - The herring are expected on {day}. They have not been told.
    - There will be {few} clear nights. They are to be used for looking up.
    - The moon will be full on {day}, and pleased with itself till the end of the week.
    @almanac.d
    - For a cough: honey, hot water, and somebody to say poor thing.
    - For a stiff lock: oil. For a stiff neck: apologise.
    - To keep moths from wool: cedar. To keep {friend} from the cake: nothing is known.
    - For sore feet: salt water. For a sore heart: the same, and a longer walk.
    - To tell a good egg: put it in water. To tell a good friend: fall in yourself.
    @almanac.e
    - {proverb}
    - The days are [longer|shorter] now by the time it takes to [drink a cup of tea|lace one boot|say good
      night properly].
    - Whoever finds a {colour} feather this month may keep it, and owes the sky one favour.
    - Lamps to be lit at [five|six|seven], or when you can no longer tell a friend from a post.
    @plot.list
    - {list.title} // {list.intro} {list.item1}; {list.item2}; {list.item3}; {list.item4}; and {list.last}. //
      {list.end} {list.after}
    - {list.title} // {list.intro} {list.item2}; {list.item4}; {list.item1}; {list.item3}; and {list.last}. //
      {list.end}
    @list.title
    - [Things Found on the Sand|The Lost Property Shelf|Inventory|After the Storm]
    - What Was in the {list.container:container}
    - What {hero} Keeps
    @list.container.tin box
    - Tin Box
    @list.container.sea chest
    - Sea Chest
    @list.container.biscuit jar
    - Biscuit Jar
    @list.container.sugar bowl
    - Sugar Bowl
    @list.container.hat box
    - Hat Box
    @list.container.sewing basket
    - Sewing Basket
    @list.container.coat pocket
    - Coat Pocket
    @list.container.desk drawer
    - Desk Drawer
    @list.intro
    - When the customs house was cleared on {day}, {hero} wrote down what there was:
    - This is what {hero} the {trade} found [in one week|along the tide line|on the morning after]:
    - {hero} kept everything. When {friend} asked what was in the {container}, {he} turned it out on the
      table:
    @list.item1
    - one boot, left, with a [crab|plant|letter] in it
    - ~ {keepsake}, and a note saying not to ask
    - {few} keys to doors that had been painted over
    - a doll with the face of [the mayor|a disappointed aunt]
    @list.item2
    - half of a map, the wrong half
    - a jar of [buttons|sand|sea glass], sorted by year
    - a clock without hands, which was still ticking
    - one mitten, which remembered a hand
    - a barometer stuck at "Fair", in all weathers
    @list.item3
    - the name board of a ship called the {boat}
    - {dozens} corks and no bottles
    - a birdcage with the door taken off on purpose
    - a tooth, either a shark's or {friend}'s
    - a bell with no tongue, and, separately, a tongue
    @list.item4
    - a song, written on a paper bag
    - a spoon from [an inn|a palace|a hotel] that had never existed
    - a ticket for a ferry that left [last year|before {he} was born|on a {day}]
    - a list like this one, in another hand
    @list.last
    - the smell of {smell}
    - a feather, black, very long, from a bird that does not land
    - an invitation, still sealed
    - under everything, one dried flower, for which no reason was given
    @list.end
    - "Rubbish," said {friend}. "Evidence," said {hero}.
    - {friend} asked which of them {he} would save from a fire. "The list," said {hero}.
    - ^{he} put it all back in the same order, and felt that the world was accounted for.
    - Whoever has lost any of these may come and ask for it. Whoever has not may come and look.
    - "And which of it is any use?" asked {friend}. {hero} looked it over. "All of it," {he} said, "but not
      yet."
    @list.after
    - {calm}
    - {gulls}
    - {proverb}
    """
}
