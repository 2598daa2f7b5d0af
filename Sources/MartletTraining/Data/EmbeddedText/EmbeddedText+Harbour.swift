extension EmbeddedText {
  /// Tales of the lighthouse, the quay and the boats.
  static let harbour = """
    @plot.lamp
    - {lamp.title} // {lamp.keeper} {lamp.fails} // {lamp.danger} {lamp.plea} // {lamp.turn} {lamp.end}
    - {lamp.title} // {opening:season} {lamp.keeper} // {lamp.fails} {lamp.danger} // {lamp.plea} {lamp.turn}
      {lamp.end}
    - {lamp.title} // {lamp.keeper} // {storm} {lamp.fails} {lamp.danger} {lamp.plea} // {lamp.turn}
      {lamp.end} // {close}
    @lamp.title
    - The Night the Lamp Went Out
    - The Lamp on Tern Rock
    - A Borrowed Light
    - [Forty Lanterns|A Hill of Lanterns]
    - How the {boat} Came Home
    @lamp.keeper
    - {hero} kept the lighthouse at Tern Rock, and in {years} years {he} had not let the lamp go dark
      [once|for a single night|for as long as a sneeze].
    - The keeper of the Tern Rock light was {hero}, ~ {trait} {man} who
      [wound the lamp at dusk and thanked it at dawn|polished the great lens with an old silk scarf].
    - {hero} was born in the lighthouse at Tern Rock, and knew every boat by [the sound of its oars|the cough
      of its sail].
    - For {years} years {hero} had climbed the {dozens} steps of the lighthouse each evening, [counting
      them|singing].
    - {hero} was keeper at Tern Rock, and so {trait} that {proof:trait}. The lamp was never once lit late.
    @lamp.fails
    - Then, on the [worst|longest|blackest] night of the {season}, the lamp [coughed twice and went
      out|cracked from top to bottom].
    - One wild night the wind put its [elbow|fist|shoulder] through the glass, and the flame was gone.
    - But one [evening|night] the oil [ran thick as mud|was mostly sea water], and the flame sank to a red
      thread and died.
    - But that {season} a gull flew into the lantern in a gale, and the lamp fell, and there was only
      [smoke|the smell of {smell}].
    @lamp.danger
    - Out beyond the bar the {boat} was coming home with {friend} at the tiller.
    - Somewhere in that dark was the {boat}, with {friend} aboard and a hold full of [herring|salt|oranges].
    - And {friend} was still at sea, in the {boat}, [steering by a light that was not there|with rocks on both
      sides].
    @lamp.plea
    - {hero} ran down to the town and knocked on every door. "Bring a light," {he} said. "Any light will do."
    - {hero} [rang the chapel bell|beat on a kettle] until every window opened. "I need your candles," {he}
      called. "All of them!"
    - "One big light or many small ones," thought {hero}. "The sea cannot tell the difference." And {he} ran
      to wake the town.
    - {hero} took the last candle from {his} own table and set off down the hill, and wherever there was a
      window {he} tapped on it.
    @lamp.turn
    - They came in their nightshirts: the baker with an oven lamp, the priest with a taper, the children with
    [turnips|jars|paper boats] full of flame. They stood on the hill [shoulder to shoulder|in a ring] and did
      not move.
    - So up the hill they went with {dozens} lanterns, and [held them high|sang to keep warm] until their arms
      ached.
    - Soon the hill was bright with [candles|lanterns|torches], and even the mayor held up [a match|his
      cigar|a mirror].
    - First came one light, then {few}, then so many that they could not be counted, up the path, like a river
      going the wrong way.
    @lamp.end
    - "I saw a star sitting on the hill," said {friend} in the morning. "That was only us," said {hero}.
    - {friend} turned the bow and came in [between the rocks|over the bar] like a thread through a needle.
    - The {boat} came in at dawn. {friend} looked up at the crowd and said, "Is it somebody's birthday?"
      "Yes," said {hero}. "Yours."
    - The lamp was mended by {day}. But once a year, in {month:season}, they leave it dark for an hour and
      climb the hill with candles, to keep in practice.
    @plot.fog
    - {fog.title} // {fog.start} {fog.goes} // {fog.wait} {fog.idea} // {fog.back} {fog.end}
    - {fog.title} // {fog.goes} // {fog.start} {fog.wait} // {fog.idea} {fog.back} // {proverb}
    - {fog.title} // {fog.start} {fog.goes} {fog.wait} // {fog.idea} // {fog.back} {fog.end}
    @fog.title
    - [Fog|The Long Fog|Ten Days of Fog]
    - A [Song|Tune] in the Fog
    - The {instrument} on the Pier
    - What {friend} Heard
    @fog.start
    - The fog came in so thick that [the gulls walked|people shook hands with lamp posts|dogs asked the way].
    - You could have cut the fog in slices that day and [buttered it|sold it by the pound].
    - It was a fog without a front or a back, and it [smelled of {smell}|swallowed the pier whole].
    - The fog came up {street} on soft feet that {day} and looked in at all the windows.
    @fog.goes
    - {friend} had rowed out at dawn to lift the crab pots, and by noon [had not come back|the boat was long
      overdue].
    - {friend} was out in it, alone, in a boat no longer than a [bed|kitchen table|church door].
    - That morning {friend} had gone out [to the skerry for eggs|to catch mackerel], with [one oar and a
      half|no compass].
    - Nobody had seen {friend} since breakfast, when {they} went out alone to [mend a buoy|fish for bass|look
      at a wreck].
    @fog.wait
    - {hero} stood at {spot} and called until {his} voice gave out.
    - The men of the harbour shook their heads. "You cannot row to what you cannot see," they said to {hero}.
    - {hero}, who was {trait}, walked up and down the quay [{dozens} times|until the stones were warm].
    - From {spot} {hero} could see {his} own hand, and then not even that.
    @fog.idea
    - Then {he} remembered the {instrument}. ^{he} had never played it well, but [there are times for loud and
      not for well|nobody could deny it was loud].
    - So {he} fetched {his} [father's|mother's|grandfather's] {instrument} and played the one tune {he} knew,
      over and over.
    - "If you cannot see me," said {hero}, "you will have to hear me," and {he} took the {instrument} down
      from the wall.
    - Nobody can see through fog, but anyone can hear through it. {hero} ran home for the {instrument}.
    @fog.back
    - After [an hour|two hours|a long while] there came out of the grey a small splash, then an oar, then
      {friend}.
    - Far out, {friend} [stopped rowing|put a hand behind one ear]. There was only one person who played that
      tune so badly.
    - Late in the afternoon a [bow|boat] nosed out of the whiteness, and {friend} was in it, [laughing|blue
      with cold|humming].
    - The tune went out over the water, and after a time the water gave back [a cough|half a chorus|the knock
      of an oar].
    @fog.end
    - "You played the third part wrong," said {friend}. "[Every time|As always]." {hero} had never been so
      [glad|happy] to hear it.
    - "I followed the wrong notes," said {friend}, "and they brought me to the right place."
    - They walked home arm in arm, [feeling for the walls|tapping the kerb with an oar], and the fog did not
      matter at all.
    - "Do you know any other tunes?" asked {friend}, climbing out. "Not yet," said {hero}.
    @plot.race
    - {race.title} // {race.start} {race.rival} // {race.begins} {race.trouble} // {race.turn} {race.end}
    - {race.title} // [{opening.spring}|{opening.summer}] {race.start} // {race.begins} {race.trouble} //
      {race.turn} // {race.end}
    @race.title
    - [The Race to Little Skerry|The Slowest Boat|Second Prize|The Regatta]
    - The {boat} Takes Her Time
    - How the {boat} Lost
    @race.start
    - Every boat in the bay had entered the race round Little Skerry, even the {boat}, which had never won
      [anything|so much as an argument|a ribbon].
    - {hero} sailed the {boat}, an old tub with [patched|brown|borrowed] sails, and had come last {few} years
      running.
    - On the day of the race, {hero} [scraped the barnacles from|painted a new eye on|said a kind word to] the
      {boat}.
    - {hero} entered the {boat} each year, as one invites an aunt, without expecting her to dance.
    @race.rival
    - {friend} had a new boat, as thin as a [pencil|knife], and had already [cleared a shelf for the
      cup|thanked the judges].
    - "I shall wait for you at the finish," said {friend}, "with [a sandwich|a good book|a blanket]."
    - Everyone knew that {friend} would win, and {friend} knew it [best of all|before anyone].
    @race.begins
    - The gun went off, the gulls went up, and {dozens} sails leaned over together.
    - Off they went, and in [ten minutes|a quarter of an hour] {hero} could read the names on everyone else's
      stern.
    - The wind was [fresh|fair], the start was [crooked|noisy], and the {boat} was last [as usual|before the
      first buoy].
    - The {boat} set off like somebody looking for {his} glasses, while the rest of the fleet
      [flew|tore|flashed] away.
    @race.trouble
    - Then, off the skerry, a squall came down like a [lid|slap|dropped tray], and {friend}'s fine mast
      snapped in two.
    - Halfway round, {friend}'s boat struck [a rock|a sandbank|a sleeping log], and began to fill.
    - But behind the skerry {hero} found {friend} [bailing with a hat|sitting on an upturned hull].
    - Off the point there was a crack like a dropped plate, and where {friend}'s sail had been there was a
      piece of sky.
    @race.turn
    - The others were already rounding the mark. {hero} looked at the cup, far off and shining, and
      [sighed|laughed], and turned back.
    - "Go on," said {friend}. "You might be fourth." "I have been fourth," said {hero}, who had not, and threw
      a rope.
    - {hero} let the sail go slack. "Is that sandwich dry?" {he} asked, and held out a hand.
    - {hero} did the sum. It was a short one. ^{he} put the tiller over and went back.
    @race.end
    - They came in after dark, towing one boat behind the other, and the whole town was on the pier,
      [cheering|holding lanterns].
    - There was no prize for that. The next morning {hero} found the cup on {his} doorstep, [full of
      plums|with {friend}'s name scratched out].
    - {friend} never spoke of the race again, but every year since, {they} has helped to [caulk|paint] the
      {boat}.
    - "You lost," said {friend}, dripping. "I am used to it," said {hero}. "But I never had company before."
    @plot.seal
    - {seal.title} // {seal.find} {seal.state} // {seal.help} {seal.obstacle} // {seal.turn} {seal.end}
    - {seal.title} // [{opening.spring}|{opening.summer}|{opening.autumn}] {seal.find} // {seal.state}
      {seal.obstacle} // {seal.turn} // {seal.end}
    @animal !
    - seal pup
    - young porpoise
    - grey seal
    - small whale
    @seal.title
    - The [Visitor|Guest] on the Sand
    - A Visitor at Low Tide
    - {hero} Digs a Canal
    - Buckets
    @seal.find
    - After the storm {hero} found ~ {animal} on the sand, a long way from the water.
    - {hero} went down to gather driftwood and found ~ {animal} [instead|lying in the weed].
    - It was {hero}, out before breakfast, who first saw the {animal} at the top of the beach.
    - On {day} the tide went out and left ~ {animal} behind, as a guest leaves a glove, and {hero} found it.
    @seal.state
    - It looked at {him} with eyes like [wet stones|black plums|two wells], and [sighed|blinked|said nothing].
    - Its skin was dry, the sun was climbing, and the tide would not be back [till evening|for six hours].
    - "You are in the wrong [room|house|parish]," said {hero}, and took off {his} coat, and soaked it, and
      laid it over the animal's back.
    @seal.help
    - ^{he} ran for {friend}, who was [the strongest|the loudest|the wettest] person {he} knew.
    - {friend} came with a bucket, and then the [school|choir|crew of the {boat}] came with {dozens} more.
    - "We must keep it wet," said {friend}, and soon a line of buckets ran from the sea to the {animal}.
    - "Fetch {friend}," said {hero}, "and fetch everything that holds water." Somebody brought a font.
    @seal.obstacle
    - They tried to lift it on a sail, and [could not|the sail tore]. They tried to roll it, and it
      [objected|groaned].
    - It weighed more than [the baker and his oven|a wet piano|the mayor], and it would not be pushed.
    - Somebody said it was hopeless. {hero}, who was {trait}, [did not hear|pretended not to hear].
    @seal.turn
    - "Then we will bring the sea to it," said {hero}, and began to dig. By noon there was a ditch; by
      evening, a canal.
    - So they dug: with spades, with [saucepans|oars|slates], with hands. When the tide turned, it found a
      road ready.
    - They sat beside it all day and told it [the names of the boats|stories|the news]. At dusk the first wave
      touched its tail.
    - At last {hero} lay down on the sand and showed it how to wriggle. The {animal} watched with great
      attention, and [copied|improved on it].
    @seal.end
    - It slid away without a backward look. "It might have said thank you," said {friend}. "It did not bite,"
      said {hero}.
    - For years afterwards a [round|sleek|whiskered|dark] head [followed {hero}'s boat|rose off the pier] on
      calm evenings, and listened to the talk.
    - The water closed. Everybody stood there with empty buckets, [suddenly shy|feeling very tall|smiling at
      nothing].
    - Out past the breakers it turned round once. It may have been to look at the weather. {hero} waved all
      the same.
    @plot.ferry
    - {ferry.title} // {ferry.who} {ferry.guest} // {ferry.talk} {ferry.cross} // {ferry.end}
    - {ferry.title} // {opening:season} {ferry.who} // {ferry.guest} {ferry.talk} // {ferry.cross} {ferry.end}
    @ferry.title
    - [The Ferry|The Last Crossing of the Day|The Price of a Crossing]
    - A Penny Short
    - {hero} the Ferry{man}
    @ferry.who
    - {hero} rowed the ferry over the river Ash: a penny a person, [twopence a pig|geese free|bicycles by
      agreement].
    - For {years} years {hero} had rowed the ferry, there and back, [and had never once gone anywhere|and knew
      each stone].
    - The ferry at the mouth of the Ash belonged to {hero}, who was {trait}; {proof:trait}.
    @ferry.guest
    - One [wet|windy|late] evening a stranger came down to the landing with [empty pockets|a hole in each
      pocket|nothing but a hat].
    - At dusk [an old soldier|a tired musician|a travelling clockmaker|a girl with a birdcage] stood on the
      bank and waved.
    - It was almost dark when [a small man in a large coat|a woman with muddy shoes|a thin boy with a parcel]
      asked to cross.
    - There was one more passenger that night: a stranger with [a fiddle and no strings|a lantern that was not
      lit|a coat full of maps].
    @ferry.talk
    - "I have no penny," said the stranger, "but I can pay with [a story|a secret|a song|good advice]." "Get
      in," said {hero}. "The river is wide."
    - "What do you have, then?" asked {hero}. "A story," said the stranger, "but it is only half a mile long."
      "So is the river," said {hero}.
    - "Pay me when you come back," said {hero}. "And if I never come back?" "Then I will be owed a penny, and
      [that is company of a kind|I will think of you]."
    - "I am a penny short," said the stranger. "By how much?" asked {hero}. "A penny," said the stranger. "Sit
      in the middle," said {hero}.
    @ferry.cross
    - All the way over, the stranger [talked|sang] softly, and {hero} rowed more and more slowly, so as not to
      [miss|reach] the end.
    - In the middle of the stream the moon came out, and for a while {he} forgot to row.
    - The oars went in and out. {hero} [laughed once and cried once|did not notice the rain], and then the
      boat touched sand.
    - The stranger trailed one hand in the water and told {him} what the river had been called before it was
      the Ash.
    @ferry.end
    - {hero} has told that story to every passenger since. The penny price has never gone up.
    - [Nine years later|Many years later|Long afterwards] a letter came to the ferry, with no name on it, and
      a single bright penny inside.
    - When {he} turned to say good night, there was nobody on the bank; only [a feather|a coin|a wet
      footprint], and the sound of the river.
    - "You have overpaid," {hero} said at the other side. But the stranger was already a long way up the hill,
      whistling.
    """
}
