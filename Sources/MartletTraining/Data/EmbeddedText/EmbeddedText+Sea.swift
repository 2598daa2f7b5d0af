extension EmbeddedText {
  /// Tales of what the tide brings, and of those who mend and carry.
  static let sea = """
    @plot.bottle
    - {bottle.title} // {opening:season} {bottle.find} // {bottle.note} {bottle.seek} // {bottle.turn}
      {bottle.end}
    - {bottle.title} // {bottle.find} {bottle.note} // {bottle.seek} // {bottle.turn} // {bottle.end}
    @bottle.title
    - [A Green Bottle|The Bottle|What the Tide Brought|Eleven Words]
    - The Letter from [Nowhere|the Sea|Very Far Away]
    - {hero} Answers a Letter
    @bottle.find
    - {hero} found the bottle at {spot}, [half buried|wrapped in weed|nodding on the tide], with a letter
      inside.
    - A green bottle came ashore at {spot}, and {hero}, [looking for driftwood|out walking], put {his} foot on
      it.
    - One morning there was a bottle on the sand, corked and sealed with wax, and {hero} [shook it|held it to
      the light].
    @bottle.note
    - The letter said: "I have [a kettle and two cups|two chairs and a stove|a chess board and all its kings].
      I am looking for someone to use them with."
    - On the paper were eleven words: "Whoever finds this, please tell me whether it is raining there."
    - It was only a line long. "If you are reading this," it said, "we have [met|begun|both been lucky]."
    - The ink had run, and all that was left was, "Do not worry about the [goat|roof|piano]. All is forgiven."
    - It was a list: "Bread, candles, string, someone to talk to." The last thing had been underlined.
    @bottle.seek
    - There was no name and no place. {hero}, who was {trait}, asked every [sailor|pilot|captain] who came to
      the quay.
    - {hero} asked at the inn, at the customs house and at the chapel, but nobody knew the hand.
    - ^{he} turned the letter over, and over again, and then sat down and wrote an answer in {his} best hand.
    - {hero} kept it in the {container} and took it out at supper, so as to have something to read aloud.
    @bottle.turn
    - So {he} put {his} reply in the same bottle and threw it [from the pier|at high tide], as hard as {he}
      could.
    - Then {friend} the {friendtrade} saw the paper and went [pink|quiet|as red as a buoy]. "I threw that,"
      {they} said, "from {street}, {years} years ago."
    - ^{he} threw an answer after it. It went out, and came back, and went out again.
      On the third day it stayed away.
    - It was {friend} the {friendtrade} who knew the bottle. "My father made those," {they} said, "before the
      glass house closed."
    @bottle.end
    - A year later a [blue|brown] bottle came in on the tide. "[Sunny|Snow|Light rain]," it said. "And with
      you?"
    - {hero} put the kettle on. "It is raining," {he} said aloud, to anyone who might have asked.
    - Now {hero} goes down to the sand each morning, [rain or shine|before work]. {proverb}
    - "Well," said {hero}, "you had better come to supper." It was {food}, and there were two cups.
    - They have written to each other every week since then, though they live two doors apart. The tide brings
      it [by Friday|in the end].
    @plot.net
    - {net.title} // {net.who} {net.order} // {net.work} {net.doubt} // {net.turn} {net.end}
    - {net.title} // {opening:season} {net.who} // {net.order} {net.doubt} {net.work} // {net.turn} {net.end}
    @net.title
    - [One Odd Knot|The Crooked Net|The Red Thread|A Hole in the Net]
    - What {hero} Caught
    - Mending
    @net.who
    - {hero} mended nets on {street}, and into each one {he} tied a single red knot [for luck|to sign
      it|because {he} liked red].
    - Nobody in {town} could mend a net like {hero}. ^{his} fingers went in and out like small birds feeding.
    - {hero} learned to mend nets from {his} {elder}, who used to say, "A net is mostly holes, {boy}. Choose
      them well."
    @net.order
    - One day {friend} brought in a net torn from end to end. "[A shark|A wreck|I do not know what] did it,"
      {they} said.
    - {friend} came with the worst net {hero} had ever seen. "Can you mend it by [{day}|tomorrow|high water]?"
      {they} asked.
    - "I need it by dawn," said {friend}. "The herring are at the bar, and they will not wait."
    - "It has more holes than it ought," said {friend}, laying the net down like a sick dog.
    @net.work
    - {hero} worked [all night|until the candle drowned|from supper to sunrise], and when the twine ran out
      {he} used [{his} bootlaces|the strings of {his} apron|fiddle strings].
    - Over and under went the needle, {dozens} knots to the [foot|hour|yard].
    - When the string was gone {he} unravelled {his} own [red scarf|blue jersey|winter stockings] and went on.
    - ^{he} sang to keep awake, and tied the song in as well, a knot for every word.
    @net.doubt
    - The other menders laughed. "That is not a net," they said. "That is [a parrot|a flag|a garden]."
    - "It will never hold," said [the harbour master|the ropemaker|the man from the customs house].
    - "It looks [peculiar|drunk|like a bad dream]," said {friend}. "So do you," said {hero}, "at this hour."
    @net.turn
    - That morning {friend}'s net came up [heavy|bulging], while every other net in the bay came up empty.
    - A storm came, and in the morning every net on the quay was rags but one.
    - The fish, who had learned to see grey nets, [swam up to look at|had never seen] a net of so many
      colours.
    - In the net, among the herring, was [a silver bell|the harbour master's hat|{hero}'s lost {keepsake}].
    @net.end
    - Since then the nets of {town} have been [red and blue|striped|bright] as washing, and the fish still
      come to look.
    - {friend} paid with [a basket of fish|half the catch|the best fish], and the red knot was never cut.
    - {proverb}
    - "Whatever you tied in there," said {friend}, "tie it in again." "It was only [wool|patience|string],"
      said {hero}.
    - When {friend} asked what was owed, {hero} thought about it. "Tell me what they look like," {he} said,
      "when they see it coming."
    @plot.map
    - {map.title} // {map.find} {map.reads} // {map.way} {map.dig} // {map.turn} {map.end}
    - {map.title} // {opening:season} {map.find} // {map.reads} {map.way} {map.dig} // {map.turn} // {map.end}
    @map.title
    - [The Map in the Attic|A Cross in Red Ink|Forty Steps North|Treasure]
    - The Captain's [Chest|Map|Secret]
    - Where to Dig
    @map.find
    - Behind a loose board in the attic, {hero} found a map with a cross on it in red ink.
    - When {hero}'s {elder} died, {he} was left [a sea chest|a clock|an armchair], and in it was a map.
    - {friend} found the map inside an old book and took it straight to {hero}, who owned a [spade|lantern].
    - On {day}, when the chimney was swept, down came a brick, a nest, and a roll of oilcloth with a map in
      it. {hero} wiped it clean.
    @map.reads
    - "From the [gate|well|chapel door], {dozens} steps north," {hero} read. "Then turn to the sea, and dig."
    - The writing said: "Begin where you are loved. Walk {dozens} steps. Do not tell [the mayor|your
      aunt|anyone]."
    - It showed the river, the hill, and a small house with smoke coming out of the chimney.
    - "^{dozens} steps," it said, "with the {wind} behind you. If there is no wind, wait. There is no hurry."
    @map.way
    - They set off [at midnight|before breakfast|in the rain], {hero} with the map and {friend} with the
      sandwiches.
    - {friend} counted the steps aloud and lost {their} place [twice|at a puddle|because of a cat], so they
      began again.
    - The path went up {street}, over a wall, through [a cabbage patch|somebody's kitchen|the churchyard], and
      down.
    @map.dig
    - They dug until {hero} could only just see over the edge. The spade struck something hard.
    - First they found a boot, then [a plate|a doll's arm|a horseshoe], and then a small iron box.
    - Under a flat stone lay a [tin|wooden] box with no lock at all.
    - It was {friend} who found it, by falling over the handle.
    @map.turn
    - In it was a slip of paper. "Now you have dug the ground," it said, "plant something."
    - Inside were seeds, [dry as dust|folded in blue paper], and the name of a flower nobody had heard of.
    - They looked up and saw whose garden they stood in. It was {hero}'s own.
    - "There is nothing in it," said {friend}. "There is a hole in the garden," said {hero}, "just the size of
      an apple tree."
    - Under the lid lay a bottle of plum brandy and {few} glasses, and a note: "You will be thirsty. Bring a
      friend."
    @map.end
    - They planted {flower} there, and [in June|the next summer|a year later] people came from three parishes
      to see.
    - The tree is tall now. Its apples are [small and sour|as red as the cross], and make the best cider in
      {town}.
    - They sat on the heap of earth and ate the sandwiches, and agreed that it had been a good
      [treasure|walk|hole].
    - {hero} drew a new cross on the map, further on, and hid it again [for someone else|behind the board].
    - "Next year," said {friend}, leaning on the spade, "let us find another map." {proverb}
    @plot.castle
    - {castle.title} // {castle.build} {castle.pride} // {castle.warn} {castle.tide} // {castle.turn}
      {castle.end}
    - {castle.title} // {opening.summer} {castle.build} // {castle.warn} {castle.tide} {castle.turn} //
      {castle.end}
    @castle.title
    - [The House of Sand|A City for One Day|Below the High Water Mark|The King of the Beach]
    - {hero} and the Tide
    @castle.build
    - The summer {he} was [six|seven|eight], {hero} built a city of sand at {spot}, with {dozens} towers and a
      [post office|hospital for crabs|railway].
    - {hero} was a small {boy} with a large spade, and {he} meant to build a castle the sea could not knock
      down.
    - All morning {hero} dug and patted. By noon there was a castle with a moat, a bridge, and a [prison for
      limpets|shell over every door].
    - On the first fine {day} of the holidays {hero} laid out a town in the sand, with {street} in it, and the
      chapel, and {his} own house, slightly larger.
    @castle.pride
    - "It will stand for a thousand years," {he} told {his} {elder}.
    - ^{he} made {himself} king of it, and passed [three|two|a great many] laws.
    - The [crabs|sandhoppers] moved in at once, without paying rent.
    @castle.warn
    - "The tide turns at four," said {his} {elder}, [without looking up|knitting|from under a hat].
    - "You have built it below the line," said {friend} kindly. "What line?" said {hero}.
    - A [gull|crab|fisherman] looked at the castle, then at the sea, then at the castle, and walked away.
    - An old man stopped and watched. "I built one there," he said, "sixty years ago. It was very good."
    @castle.tide
    - The first wave took the [moat|gate]. The second took the towers, one after another, like someone eating
      cake.
    - {hero} stood in front of it with the spade and forbade the sea to come. The sea came.
    - ^{he} built walls, and walls for the walls. The water went round them [politely|like a cat|without
      hurry].
    - The sea came in as it always does, looking the other way, and then it was in the kitchen.
    @castle.turn
    - When it was gone {he} did not cry, [or not much|or not for long]. ^{he} looked at the smooth sand. It
      was very clean.
    - "Where does it go?" {he} asked. "Everywhere," said {his} {elder}. "Some of it will be a beach in
      [Spain|Norway|Africa]."
    - "That," said {his} {elder}, "is how the sea keeps the beach tidy for tomorrow."
    @castle.end
    - The next day {he} came back with a bigger spade.
    - When {he} grew up {hero} built [harbours|bridges|sea walls], always a little above the line, and always
      with a shell over the door.
    - That night {he} dreamed of {dozens} towers, going out to sea in good order, with their flags up.
    - {proverb}
    - "Was it a waste of time?" asked {friend}. "No," said {hero}. "It was a whole day."
    @plot.names
    - {names.title} // {names.start} {names.trouble} // {names.tries} // {names.turn} {names.end}
    - {names.title} // {opening:season} {names.start} // {names.trouble} {names.tries} {names.turn} //
      {names.end}
    @names.title
    - [A Boat Without a Name|What to Call a Boat|The Nameless Boat|Naming the {boat}]
    @names.start
    - {friend} built a boat for {hero}, and it was a [sweet|neat|handsome] boat, but it had no name.
    - The new boat was finished by {day}: {colour} above, {colour} below, and a blank space on the stern.
    - {hero} had saved for {years} years to buy a boat, and now that it was there {he} could not think what to
      call it.
    @names.trouble
    - And a boat with no name [will not steer|is bad luck|answers to anything], as everyone knows.
    - It sulked. It [turned in circles|bumped the quay|leaked], and would not leave the harbour.
    - "Until it has a name," said the harbour master, "I cannot write it down, and if I cannot write it down
      it is not there."
    @names.tries
    - {hero} tried "Thunder", but the boat was too small, and "Daisy", but it was too [proud|wet], and "Boat",
      but it was offended.
    - All {street} had ideas. The baker said "Bun". The priest said "Perseverance". The children said [a word
      nobody would paint|"Horse"|"Doughnut"].
    - {hero} read the dictionary from [A to M|front to back|aardvark to anchovy], and was no wiser.
    - {friend} wrote {dozens} names on slips of paper and they drew one from a hat. It said "Hat".
    @names.turn
    - Then {friend} asked, "What did you say when you first saw it?" {hero} thought. "I said nothing," {he}
      answered. "I just waited, and was happy."
    - One evening {he} went out to it and said, quite softly, "Well, {boat}?" And the boat [nodded|turned its
      head|came to {his} hand].
    - "Stop looking for it," said {friend}. "Names are like cats." So {hero} sat in the boat all night and did
      not look.
    - Then {his} {elder} came down to look. "Oh," said {his} {elder}, "it is just like my old {boat}." And the
      boat came up into the wind like a dog that has been called.
    @names.end
    - In the morning they painted {boat} on the stern in {colour} letters, and it went out of the harbour like
      a bird.
    - And that is how the {boat} got her name. She has never [leaked|sulked] since, except on
      [Mondays|Sundays], which is her right.
    - "{boat}," wrote the harbour master. "There. Now you float."
    - They broke a bottle of [cider|ginger beer|cold tea] on the bow and wrote {boat} on both sides, so that
      she could read it coming and going.
    """
}
