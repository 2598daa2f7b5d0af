extension EmbeddedText {
  /// Tales of the clock tower, the bakery, the market and the neighbours.
  static let town = """
    @plot.clock
    - {clock.title} // {clock.who} {clock.stops} // {clock.town} {clock.climb} // {clock.find} {clock.end}
    - {clock.title} // {opening.spring} {clock.stops} // {clock.who} {clock.climb} // {clock.find} //
      {clock.end}
    - {clock.title} // {clock.stops} {clock.town} // {clock.who} // {clock.climb} {clock.find} {clock.end}
    @clock.title
    - [The Town Clock|Ten Past Four|The Clock That Waited|A Nest in the Works]
    - {hero} the Clockmaker
    - How {town} Lost a [Day|Week|Month]
    @clock.who
    - {hero} the clockmaker was ~ {trait} {man}; {proof:trait}. There were {dozens} clocks in {his} shop, and
      no two agreed.
    - The clock was in the care of {hero}, who had learned the trade from {his} {elder} and could [hear a
      loose tooth in a wheel|smell rust].
    - {hero} mended clocks in {street}. "A clock is not a machine," {he} liked to say. "It is a very small
      animal that likes to be looked at."
    @clock.stops
    - One {day} the great clock of {town} stopped at ten past four and would not go on.
    - The clock on the tower had never been wrong, until the {day} when it struck [thirteen|seven at
      noon|once, and sighed].
    - That spring the town clock began to run slow: first a minute, then [an hour|a morning], then a whole
      [{day}|day].
    - At noon on {day} the clock struck {few}, thought better of it, and stopped.
    @clock.town
    - At once everything went wrong. The baker baked at midnight, and the school [let out before it began|had
      breakfast twice].
    - The mayor was late for his own speech. Nobody minded.
    - People stood in {street} and asked each other [how old they were|whether it was still {day}|when to be
      hungry].
    - The tide came in twice, or nobody could prove that it had not. [Weddings|Eggs|Debts] were put off.
    @clock.climb
    - {hero} took {his} smallest screwdriver and climbed the {dozens} steps to the top.
    - So up the tower went {hero}, with an oil can, a candle, and {food} in {his} pocket.
    - It was dark among the wheels. {hero} held up {his} lamp and [listened|looked|kept very still].
    @clock.find
    - There, between two teeth of the great wheel, a {bird} had built her nest, and in the nest were {few}
      eggs.
    - Behind the face, on the minute hand's own axle, sat a {bird}, and under her were {few} eggs. She looked
      at {hero} as if {he} were the one who was late.
    - A family of [wrens|sparrows|doves|mice] had moved in. One more turn of the wheel, and there would be no
      family.
    @clock.end
    - {hero} put the screwdriver away. "It will be ten past four," {he} told the mayor, "until they can fly."
      And it was, for {few} weeks.
    - ^{he} climbed down again. "The clock is not broken," {he} said. "It is [waiting|sitting|busy]." So
      {town} waited too, and was never so well rested.
    - When the young ones had flown, {hero} gave the pendulum a push, and time went on as if it had only
      stopped to tie its shoe.
    - Every hour since, {he} has left a crust on the sill, [in case|and it is always gone by morning].
    - "How long will it take?" asked the mayor. {hero} listened to the nest. "Until somebody jumps," {he}
      said.
    @plot.bread
    - {bread.title} // {bread.who} {bread.guest} // {bread.trouble} {bread.turn} // {bread.end}
    - {bread.title} // {opening:season} {bread.who} // {bread.trouble} {bread.guest} // {bread.turn}
      {bread.end}
    @bread.title
    - [The Last Loaf|The Baker's Dozen|Bread for a Stranger|Weather Bread]
    - {hero} Bakes in the Dark
    - The Thirteenth Loaf
    @bread.who
    - {hero} the baker rose at three, when even the [gulls|thieves] are asleep, and talked to the dough so
      that it should not feel alone.
    - Nobody knew what {hero} put into {his} bread. Some said [honey|seawater|a secret], and some said it was
      only that {he} sang.
    - {hero} baked twelve loaves every morning and a thirteenth for [whoever came|the morning itself|the one
      who had nothing].
    - {hero} baked for all of {street}, and could tell who was unhappy by how they asked for rolls.
    @bread.guest
    - One morning a stranger stood at the door with [rain on her hat|a dog as thin as a rake|his shoes in his
      hand]. "I can smell it from the road," said the stranger.
    - Late on {day} there came a knock. It was [an old sailor|a child nobody knew|a woman with a harp], wet to
      the skin.
    - {friend}, who had lost {their} work and told nobody, walked past the window [four times|every morning]
      and did not come in.
    - There was a child who came each morning to smell the bread, and went away again, and on {day} {hero}
      asked why.
    @bread.trouble
    - That week the mill had stopped, and there was flour for only one more loaf.
    - There was one loaf left on the shelf, and the mayor had already [paid for|ordered|put his hat on] it.
    - The oven was old, and that day it [cracked|smoked|burned on one side], and twelve loaves out of thirteen
      came out black.
    @bread.turn
    - {hero} looked at the loaf. It was not a large loaf. "I have been meaning to cut this," {he} said, and
      cut it down the middle.
    - "I need somebody to tell me whether it is any good," said {hero}. "Sit. It may take you the whole loaf
      to be sure."
    - "This one is crooked," said {hero}, who had made it crooked on purpose. "I cannot sell it. You would be
      helping me."
    - "We do not sell it before seven," said {hero}, and looked at the clock, and it was six. "So this one I
      shall have to give away."
    @bread.end
    - They ate it together by the oven, with [butter|salt|plum jam], while {street} woke up outside.
    - The next day there were {few} sacks of flour on the step, and no name on them. {proverb}
    - The guest slept beside the oven until noon, and then mended it so well that the bread has been
      [golden|even|singing] ever since.
    - "Well?" said {hero}. "I am still not certain," was the answer, "I had better come back tomorrow."
    @plot.swap
    - {swap.title} // {swap.start} // {swap.first} {swap.second} // {swap.third} {swap.end}
    - {swap.title} // {opening:season} {swap.start} // {swap.first} {swap.second} {swap.third} // {swap.end}
    @swap.title
    - [A Fair Bargain|Market Day|The Long Way Round|Seven Swaps]
    - What {hero} Got for a [Goose|Button|Cabbage]
    @swap.start
    - {hero} was sent to market with a {swap.thing} and told to bring home something [useful|to eat|better].
    - On market day {hero} set out with nothing but a {swap.thing} and a cheerful nature.
    - "Do not come back without [salt|a goose|a lamp]," {hero}'s {elder} said, and gave {him} a {swap.thing}
      to trade with.
    - {hero}'s whole fortune was a {swap.thing}, and on {day} {he} took it to market to see what it would
      become.
    @swap.thing !
    - red hen
    - sack of turnips
    - pot of honey
    - pair of boots
    - round cheese
    - wheelbarrow
    @swap.first
    - At the bridge {he} met {friend}, who wanted the {swap.thing} badly and gave {him} ~ {keepsake} for it.
    - {friend} had ~ {keepsake} that did not suit {them}. They looked at each other's goods and [shook
      hands|spat and shook hands].
    - "That is the very {swap.thing} I have been looking for," said {friend}, and handed over ~ {keepsake}.
    - {friend} the {friendtrade} looked at the {swap.thing} and sighed. "I have only this {keepsake}," {they}
      said. "That will do," said {hero}, who was {trait} but quick.
    @swap.second
    - The {keepsake} went to a [sailor|tinker|widow] for a [parrot that knew three words|ladder with five
      rungs|bag of left-hand gloves].
    - By the fountain somebody was weeping for want of exactly such ~ {keepsake}, so {he} gave it away, and
      was given [a song|a kitten|a hat] in return.
    - ^{he} swapped the {keepsake} for an umbrella, and it began to rain, and {he} swapped the umbrella for a
      [cart|pig|bench].
    @swap.third
    - By noon {he} had owned [a goat, a door, and half a boat|a trumpet, a pie, and a very old cat], and by
      evening {he} had a {swap.thing} again.
    - At the last stall of all, tired and happy, {he} traded everything for a {swap.thing}. It was the same
      one.
    - And so it went on, until {he} stood at {his} own gate with a {swap.thing} under {his} arm.
    - When the stalls were coming down {he} heard someone cry, "Who will take this {swap.thing} off my hands?"
      It seemed rude not to.
    @swap.end
    - "You have been out all day," said {his} {elder}, "and brought home what you took." "No," said {hero}. "I
      brought home what happened."
    - ^{he} had gained nothing, except that {dozens} people now waved to {him} in {street}.
    - "A good day's trading," said {hero}. "Nobody is poorer, and I know the price of everything." {proverb}
    @plot.wall
    - {wall.title} // {wall.start} {wall.silence} // {wall.storm} {wall.morning} // {wall.turn} {wall.end}
    - {wall.title} // {opening:season} {wall.start} // {wall.silence} {wall.storm} // {wall.morning}
      {wall.turn} {wall.end}
    @wall.title
    - [The Wall|Two Neighbours|A Gap in the Wall|A Quarrel in {street}]
    - The Pear Tree
    - Seven Years of Silence
    @wall.start
    - {hero} and {friend} lived side by side in {street}, and for {years} years they had quarrelled over a
      [wall|pear tree|hedge].
    - Between {hero}'s garden and {friend}'s stood a wall, and each of them was sure the other had
      [moved|leaned on|scratched] it.
    - It began with a pear. It grew on {hero}'s side and fell on {friend}'s, and neither would [give way|let
      it be].
    - There was no wall in {street} as high as the one between {hero} and {friend}. Each of them had added a
      row a year.
    @wall.silence
    - They passed each other every morning without a word, and raised their hats to the [lamp post|sky|cat]
      instead.
    - When {friend} sang, {hero} shut the window. When {hero} hammered, {friend} [banged a pan|sighed
      loudly|hammered too].
    - If they had to speak, they did it through the [priest|letter box|baker's boy], who charged a penny a
      sentence.
    - In {years} years they had exchanged {dozens} words, and most of them were "oh".
    @wall.storm
    - Then a storm blew up the street, and in the night there was a noise like [a giant sitting down|a cart of
      plates].
    - One night the {wind} came over the roofs with its sleeves rolled up.
    - That {season} it rained for {few} weeks, and the ground grew soft, and the wall grew tired.
    @wall.morning
    - In the morning the wall lay flat, half in one garden and half in the other.
    - At daybreak they stood in their nightshirts and looked at each other over nothing at all.
    - There was no wall. There was only {friend}, with [soap on {their} chin|a candle|odd slippers], closer
      than {hero} had seen {them} in years.
    @wall.turn
    - "Your [roses|beans|cabbages] are coming on," said {hero}, since somebody had to begin. "It is the
      light," said {friend}.
    - "That was a strong wall," said {friend}. "It was," said {hero}. "It took two to keep it up."
    - "I suppose we must build it again," said {hero}. "I suppose so," said {friend}. Neither of them picked
      up a stone.
    - For a time nobody spoke. Then {friend}'s cat walked across, as if there had never been anything there,
      and sat on {hero}'s foot.
    @wall.end
    - With the stones they built a bench, long enough for two. It faces the sea.
    - They did build it again, but lower: just the height for two elbows and [a pot of tea|a plate of {food}|a
      chess board].
    - There is a gate there now. It has never been shut, and the hinges have [rusted|grown roses] that way.
    - They made [cider|jam|a tart] out of the pears, and it was so good that they were [silent|sorry] again,
      for a better reason.
    @plot.buttons
    - {buttons.title} // {buttons.start} {buttons.blame} // {buttons.watch} {buttons.find} // {buttons.end}
    - {buttons.title} // {opening:season} {buttons.start} // {buttons.blame} {buttons.watch} // {buttons.find}
      // {buttons.end}
    @buttons.title
    - [The Thief of {street}|The Case of the Missing Buttons|Small Bright Things|The Magpie's Bank]
    - Who Took the {thief.title:thief}?
    @thief !
    - spoons
    - buttons
    - keys
    - thimbles
    @thief.title.spoons
    - Spoons
    @thief.title.buttons
    - Buttons
    @thief.title.keys
    - Keys
    @thief.title.thimbles
    - Thimbles
    @buttons.start
    - First the {thief} went missing, then [a ring|the mayor's watch chain|a gold tooth], then the bell from
      the cat.
    - Somebody in {street} was stealing {thief}. Every morning there were [three|four|a few] fewer.
    - On {day} {hero} counted the {thief} and found them one short. On the day after, they were {few} short.
    - "Who has had my {thief}?" cried the whole of {street}, one house at a time.
    @buttons.blame
    - The baker blamed the {friendtrade}, the {friendtrade} blamed the tides, and everybody blamed [the new
      lodger|the boy who whistled].
    - People began to [lock their doors|count their fingers|look sideways at each other], which they had never
      done before.
    - "It must be somebody small," said {friend}. "And somebody vain," said {hero}.
    @buttons.watch
    - {hero}, who was {trait}, sat up all night with a lantern under {his} coat and one bright coin on the
      sill.
    - So {hero} tied a long thread to a [spoon|thimble|key], left it in the sun, and waited with {friend}
      behind the pump.
    - ^{he} did not ask who was poor. ^{he} asked what was shiny, and looked up.
    - {hero} drew a map of where things had been lost, and it made a ring, and in the middle of the ring was
      the chapel.
    @buttons.find
    - The thread ran over the roof and up the chapel tower, and at the end of it sat a jackdaw, admiring
      itself.
    - At dawn there was a tap, a hop and a flutter, and out of the window went the coin, in a black beak.
    - In a hole in the old chimney lay all of it, sorted by size, on a bed of [feathers|love letters|hay].
    - They followed a small black feather, and a second one, up {dozens} steps, and looked in behind the bell.
    @buttons.end
    - They left it one thimble, for it was plainly a [collector|scholar] and not a thief.
    - The {thief} were given back, and so were the apologies, which took longer. {proverb}
    - "What would a bird want with {thief}?" asked {friend}. "The same as the mayor," said {hero}. "To have
      them."
    - Since then the people of {street} leave [a button|something bright] on the sill at new year, and nothing
      else has ever gone.
    """
}
