extension EmbeddedText {
  /// Tales of the lanes: school, workshop, garden and winter fair.
  static let lanes = """
    @plot.garden
    - {garden.title} // {garden.who} {garden.seed} // {garden.wait} {garden.doubt} // {garden.turn}
      {garden.end}
    - {garden.title} // {opening:season} {garden.seed} // {garden.wait} // {garden.doubt} {garden.turn} //
      {garden.end}
    @garden.title
    - [A Packet of Seeds|The Night Garden|The Plain Brown Seed|Something in a Pot]
    - What {hero} Grew
    @garden.who
    - {hero} had a garden no bigger than a [tablecloth|door|handkerchief], between the wash house and the
      wall.
    - Nothing would grow in {hero}'s yard but [thistles|stones|a drainpipe], although {he} spoke to the soil
      every day.
    - {person}
    @garden.seed
    - A pedlar sold {him} one brown seed for [a penny|a button|a cup of tea] and would not say what it was.
    - In the pocket of {his} {elder}'s old coat {hero} found a seed as plain as a crumb, and put it in a pot.
    - {friend} gave {him} a seed. "I do not know what it is," {they} said, "but it has been waiting a long
      time."
    @garden.wait
    - ^{he} watered it every morning for {few} weeks, and it [did nothing|thought about it|kept its own
      counsel].
    - Up came a stalk, then {few} leaves, and then it stopped, like someone who has forgotten what they came
      for.
    - All through {month:season} {he} carried it [from window to window|in at night and out at dawn],
      following the sun.
    @garden.doubt
    - "It is a weed," said the neighbours. "It is a guest," said {hero}.
    - {friend} looked at it for a long time. "It may be a stick," {they} said.
    - Everyone else had {flower}. {hero} had a green thing with its eyes shut.
    - "If it were going to be anything," said {friend}, "it would have said so." {hero} gave it more water.
    @garden.turn
    - Then one night {he} could not sleep, and went out, and there it was: open, white, and shining like a
      small moon.
    - The bud was always closed by day, so nobody guessed. It was the lamplighter, going home late, who
      stopped and took off his hat.
    - On the longest night of the year it bloomed, and moths came to it from as far as [the skerry|Candle
      Hill|the chapel].
    - One {day}, after supper, there was a smell in {street} that nobody knew. People came out with their
      napkins on. It came from {hero}'s wall.
    @garden.end
    - Now {street} stays up late once a year, and the children are allowed to come [in their
      blankets|barefoot].
    - "It was never slow," said {hero}. "We were early." {proverb}
    - By morning it had closed again and looked like nothing much. {hero} did not tell anyone for a week. It
      was too good.
    - It left {few} brown seeds. {hero} gave one to each of the people who had laughed.
    - {friend} asked what it was called. "I never asked," said {hero}. "It never asked me."
    @plot.school
    - {school.title} // {school.start} {school.question} // {school.answers} {school.silence} // {school.turn}
      {school.end}
    - {school.title} // {opening:season} {school.start} // {school.question} {school.answers} // {school.turn}
      // {school.end}
    @school.title
    - [The Question|A Hard Question|The Lesson|Five and Twenty Answers]
    - What {friend} Did Not Know
    @school.start
    - {friend} taught school in the room above the chandler's, where it always smelled of {smell}.
    - In the back row of the school in {street} sat {hero}, who [never spoke|drew boats on {his} slate|looked
      out of the window].
    - {friend} the schoolteacher knew the rivers of the world, the kings in order, and the weight of [the
      moon|a whale|a bushel].
    - There were {dozens} children in {friend}'s school, and one stove, and one map with a hole in it where
      Spain had been.
    @school.question
    - One {day} {hero} put up {his} hand and asked, "{school.ask}"
    - "Are there any questions?" {friend} asked, as {they} did each day. "Yes," said {hero}. "{school.ask}"
    @school.ask !
    - Where does the wind stop?
    - Who was the first person to be homesick?
    - What was the sea for, before there were boats?
    - How does the tide know it is the last wave?
    - What do the martlets see, when they look at us?
    - Is a hole something, or nothing?
    - When I forget a thing, where does it go?
    @school.answers
    - "It depends on the weather," said one child. "My grandmother knows," said another. "It is a secret,"
      said a third.
    - The class laughed. {friend} did not laugh. ^{they} put down the chalk.
    - {friend} opened a book, and another, and the great one with brass corners, and closed all three.
    - They asked the baker's boy, who said yes. They asked the cat, who left.
    @school.silence
    - It was so quiet that they could hear [the stove think|the sea turning over|a moth].
    - Outside a {bird} was singing, and for a whole minute nobody told it to stop.
    @school.turn
    - "I do not know," said {friend}. Nobody in that room had ever heard a teacher say so. It was like a
      window going up.
    - "Let us go and look," said {friend}, and the whole school put on its boots and went down to {spot}.
    - "That," said {friend}, "is the best thing anyone has said in here since the roof leaked. Everybody write
      it down. Leave room for the answer."
    - {friend} went to the window, and looked out for so long that the inkwells dried. "{school.ask}" {they}
      said softly. "Well, now."
    @school.end
    - They did not find out that day. But {dozens} children went home [looking at everything|with their mouths
      open|the long way].
    - The question is still on the wall, with space underneath. Now and then somebody comes back, grey and
      [stout|bearded|famous], and adds a line.
    - When {hero} was old {he} taught in that room {himself}, and began each year with the same five words: "I
      do not know yet."
    - {close}
    - {friend} wrote to the capital about it. The answer came in a year, with a seal on it. It said: "We had
      not thought of that."
    @plot.fair
    - {fair.title} // {fair.start} {fair.lost} // {fair.search} {fair.find} // {fair.end}
    - {fair.title} // {fair.lost} {fair.search} // {fair.start} // {fair.find} {fair.end}
    @fair.title
    - [The Winter Fair|One Mitten|Lost and Found|The Red Mitten]
    - Snow on {street}
    @fair.start
    - At the winter fair they hang a lantern on every mast, and sell [gingerbread|hot chestnuts|tin stars] on
      the ice.
    - There was a wheel that turned by hand, a bear who was really [the butcher|two boys], and a stove for
      everyone's fingers.
    - The fair came to {town} with the first snow: {dozens} stalls, one {instrument}, and a smell of {smell}.
    - Every winter the fair came over the ice with bells on, and stayed for {few} nights.
    @fair.lost
    - {hero} was [five|six|seven], and had lost a mitten, and the mitten was red, and {his} {elder} had
      knitted it.
    - In the crowd {hero} let go of {his} {elder}'s hand to look at a [sugar ship|tin bird|brass monkey], and
      when {he} looked up there were only coats.
    - Somebody had lost a child at the fair. It was {hero}, who did not think {he} was lost at all.
    @fair.search
    - ^{he} asked the [man with the chestnuts|fiddler|tall lady], who asked the [baker|bear|policeman], who
      asked everybody.
    - {friend} lifted {him} onto {their} shoulders. "Now you can see further than the mayor," {they} said.
      "What do you see?" "Hats," said {hero}.
    - They looked under the [wheel|stalls|bear]. They found a glove, a spoon, and somebody's grandfather, but
      not what they were looking for.
    - {friend} the {friendtrade} climbed on a barrel and shouted. Everybody stopped except the wheel.
    @fair.find
    - Then the {instrument} stopped, and in the quiet came a voice calling one name, over and over, like a
      bell.
    - At the foot of the tall lantern stood {his} {elder}, holding up one red mitten like a flag.
    - A dog came trotting through the snow with something red in its mouth, very [proud|polite|wet].
    - It was the bear who found it. He took off his head to look more closely, and {few} small children
      fainted.
    @fair.end
    - "I was not lost," {hero} said. "I was here. It was you who were somewhere else."
    - They walked home with one hand in each mitten and the other two hands [in one pocket|together], which is
      warmer.
    - It is fifty years ago now. {hero} still has the mitten. ^{he} takes it to the fair and holds it up, if
      anyone looks lost.
    - {close}
    @plot.paint
    - {paint.title} // {paint.who} {paint.order} // {paint.tries} {paint.turn} // {paint.end}
    - {paint.title} // {opening:season} {paint.who} // {paint.order} {paint.tries} // {paint.turn} //
      {paint.end}
    @paint.title
    - [A Colour Nobody Had|The Sign Painter|The Painter of Boats|Blue]
    - How the Inn Got Its Sign
    @paint.who
    - {hero} painted the names on boats and the signs over shops, and had {colour} paint behind both ears.
    - There was not a door in {street} that {hero} had not painted; you could [read the years|follow {him}
      home] by the drips.
    - {hero} mixed {his} paints from [soot and egg|shells and oil|berries and patience], and gave every colour
      a name of its own.
    @paint.order
    - One day {friend} came and asked for a door "the colour of the sea when you are coming home".
    - "Paint me a sign," said {friend}, "but not {colour}, and not {colour}. Paint it the colour of [Sunday
      evening|forgiveness|the first cup of tea]."
    - "I want my boat painted," said {friend}, "in the colour that the sky has just before it decides."
    - "I want a sign," said {friend}, "that makes people feel they have been here before and liked it."
    @paint.tries
    - {hero} tried blue, and it was too [sure of itself|early]. ^{he} tried grey, and it was too tired. ^{he}
      tried {few} greens and was ashamed of them all.
    - For {few} days {he} mixed and stirred. ^{his} kitchen looked like a parrot's dream.
    - ^{he} got up at dawn to look at the sky, and by the time {he} had found the brush it had changed its
      mind.
    - ^{he} mixed {dozens} pots. One was nearly right, until the cat walked through it, and then it was nearly
      right on the stairs.
    @paint.turn
    - At last {he} took {friend} down to {spot}. "Show me," {he} said. They stood there until it was dark, and
      {hero} did not paint anything.
    - Then {he} dropped a pot, and the {colour} ran into the {colour}, and in the place where they met, there
      it was.
    - In the end {he} left the wood bare and rubbed it with oil. "There," {he} said. "It will take the colour
      of whatever is in front of it."
    @paint.end
    - {friend} looked at it and could not speak, which is a kind of payment. {close}
    - Nobody has ever agreed on what colour it is. People come and stand before it and go home
      [quiet|glad|late].
    - "What is it called?" asked {friend}. "{day}," said {hero}. "I have only enough for one."
    - They hung it up on {day}. By evening {few} people had stopped in front of it and gone home to write to
      their mothers.
    @plot.tune
    - {tune.title} // {tune.who} {tune.trouble} // {tune.quest} // {tune.turn} {tune.end}
    - {tune.title} // {opening:season} {tune.who} {tune.trouble} // {tune.quest} {tune.turn} // {tune.end}
    @tune.title
    - [The Last Verse|Half a Song|The Tune Without an End|Four Notes]
    - What {friend} Could Not Finish
    @tune.who
    - {hero} knew half a song. ^{his} {elder} had sung it every night, and had always fallen asleep before the
      end.
    - {friend} played the {instrument} at weddings, and knew {dozens} tunes, but there was one {they} could
      not finish.
    - In {town} there is a song that everybody knows the beginning of.
    @tune.trouble
    - It stopped in the middle, like a [bridge|stair] somebody had forgotten to build.
    - It went up, and up, and then there was nothing, only the [wind|clock|rain].
    - {hero} hummed it at work, and each time {he} came to the gap {he} felt {he} might fall in.
    - Where the end should have been there was a little silence, worn smooth from being stepped over.
    @tune.quest
    - ^{he} asked the organist, who shrugged, and the oldest {man} in {street}, who [wept|smiled], and the
      parrot at the inn, who swore.
    - So {hero} walked {few} miles to ask a shepherd, who knew the start, and rowed {few} more to ask a pilot,
      who knew the same start.
    - {friend} tried it fast and {friend} tried it slow. Together they tried it [backwards|in the rain|at
      midnight].
    - {hero} wrote to a cousin in the city, who sent back {few} pages of somebody else's music and a ham.
    @tune.turn
    - One night {hero} was rocking {his} sister's baby and singing the half that {he} had, and when {he} came
      to the gap {he} went on, without noticing.
    - "Perhaps," said {friend}, "it does not stop there. Perhaps that is where somebody else comes in."
    - Then from an open window in {street} a child's voice sang the next four notes, wrong and clear and
      perfectly happy.
    - Then the wind dropped, and the {bird} on the chimney sang it through from first to last, as though it
      had only been waiting to be asked.
    @tune.end
    - And that is the ending they sing now. {proverb}
    - They never found the rest. They made it, a line each, on the steps in the evening, and it is better than
      it was.
    - When {hero} had sung it to the end the baby was asleep, so nobody heard it but a {bird} in the gutter,
      who has been practising.
    - {close}
    @plot.coat
    - {coat.title} // {coat.who} {coat.guest} // {coat.work} {coat.turn} // {coat.end}
    - {coat.title} // {opening:season} {coat.who} // {coat.guest} // {coat.work} // {coat.turn} {coat.end}
    @coat.title
    - [A Coat for the Wind|The Coat With Nine Pockets|The Tailor's Guest|Measured by Night]
    - How {hero} Dressed the Wind
    @coat.who
    - {hero} the tailor could cut a coat from [a sail|a curtain|two blankets] and make it look like good news.
    - There was a tailor in {street}, {hero} by name, so {trait} that {proof:trait}.
    @coat.guest
    - One night the {wind} came down the chimney and sat by the fire. "I am cold," it said. "Make me a coat."
    - Somebody rattled at the door, and when {hero} opened it there was nobody there but the {wind},
      shivering.
    - "Everyone shuts the door on me," said the {wind}. "I would like to be asked in. I think it is because I
      have no coat."
    @coat.work
    - {hero} measured it with a ribbon, which was not easy, and the length came out as [forever|nine
      parishes|a week].
    - ^{he} sewed it from [gull feathers and smoke|old flags|washing that had blown away], with {dozens}
      buttons and room to turn round in.
    - "Stand still," said {hero}. "I have never tried," said the {wind}, but it did try, and for {few} hours
      not a leaf moved in {town}.
    - "Arms up," said {hero}, with {his} mouth full of pins. All the curtains in {street} stood out straight.
    @coat.turn
    - When it was done the {wind} put it on, looked in the glass, and saw for the first time that it had a
      shape.
    - "What do I owe you?" asked the {wind}. "Come from behind when I am walking uphill," said {hero}.
    - It fitted. The {wind} walked up and down {street}, and people came to their doors and said, "What a fine
      evening."
    - The last button was the hardest. "Breathe in," said {hero}, and every door in {town} slammed.
    @coat.end
    - You may see that coat sometimes in [June|July|August], going over the barley, with the light on its
      shoulders.
    - It wore the coat for one year and gave it to a scarecrow, who needed it more. {proverb}
    - Since then, when the {wind} comes to {hero}'s door, it knocks.
    - {close}
    - That year there was not one slate off in {street}. "It is afraid of tearing the sleeves," said {hero}.
    """
}
