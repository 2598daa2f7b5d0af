extension EmbeddedText {
  /// Fables and tales of birds, above all of the martlet, which never lands.
  static let birds = """
    @plot.martlet
    - {martlet.title} // {martlet.start} {martlet.first} // {martlet.asks} {martlet.answers} // {martlet.end}
    - {martlet.title} // {martlet.first} // {martlet.asks} // {martlet.answers} // {martlet.end}
    @martlet.title
    - [Why the Martlet Never Lands|The Bird Without Feet|The Bird on the Town Gate|The Martlet's Answer]
    - The Martlet and the ^{perch}
    @perch !
    - weathercock
    - gull
    - hen
    - lighthouse
    - snail
    - stone
    - heron
    - old grey cat
    @martlet.start
    - Over the town gate a bird is carved in stone, with wings like [two knives|an open book|a drawn bow] and
      no feet at all.
    - On the flag of {town} there is a martlet, black on {colour}, and if you look closely you will see that
      it has no feet.
    - Every child in {town} asks it once: why has the bird on the gate no feet?
    @martlet.first
    - In the beginning, says {hero} the {trade}, all the birds were asked what they would [like to have|give
      up]. The {bird} asked for a song and the gull asked for a [loud|strong|long] voice. The martlet asked
      for the sky.
    - Long ago the martlet had feet like other birds, but it [gave them to the heron|never found the time to
      use them|left them on a roof in Africa].
    - Once, says {hero} the {trade}, there was a storm that lasted a year, and when the birds came down to
      rest there was nothing to rest on. Only the martlet stayed up.
    - When the birds were made, feet were given out last. The martlet had already gone to see [the other side
      of the wind|where the sun sets].
    - They say, and {hero} the {trade} says it best, that the martlet once wished to see where the world
      stopped. It set off at once, and it is not the kind of bird that turns round.
    @martlet.asks
    - "Are you never tired?" asked the {perch}. "[Often|Every evening]," said the martlet.
    - "But where do you sleep?" asked the {perch}. "On the wind," said the martlet. "It turns down the sheets
      at dusk."
    - "What is it like up there?" asked the {perch}. "Like [falling|singing]," said the martlet, "only you
      never get to the end."
    - "Do you not miss having a home?" asked the {perch}. "I have one," said the martlet. "It is just very
      wide."
    - "What do you eat?" asked the {perch}. "Whatever is up," said the martlet.
    @martlet.answers
    - "Come down and stand beside me," said the {perch}. "If I stood," said the martlet, "I should only wonder
      what I was missing."
    - "Then why do you not stop?" "Because," the martlet said, "I have not finished arriving."
    - "You could rest here," said the {perch}. "You could fly here," said the martlet. Both thought about it,
      and neither did.
    - "What do you do in the dark?" "I go up," said the martlet, "until it is morning. It is always morning,
      if you go up far enough."
    - "But what if you fall?" asked the {perch}. "I am falling," said the martlet. "I do it sideways."
    @martlet.end
    - So it flies still, and sleeps up there, and drinks the rain on its way down.
    - That is why, in {town}, when someone is born who [cannot sit still|looks out of every window], they say:
      mind the stairs, this one is a martlet.
    - {hero} always ends the story there, and looks up. {gulls}
    - And the carver who made the gate left out the feet on purpose, so that the bird should not be tempted to
      stay.
    - {proverb}
    @plot.swallow
    - {swallow.title} // {swallow.start} {swallow.where} // {swallow.trouble} {swallow.choice} //
      {swallow.turn} {swallow.end}
    - {swallow.title} // {opening.spring} {swallow.where} // {swallow.trouble} {swallow.choice} //
      {swallow.end}
    @swallow.title
    - [The Lodgers|A Nest Over the Door|The Back Window|Rent]
    - {hero} Uses the Window
    @swallow.start
    - {hero}, the {trade} of {street}, was ~ {trait} {man}, and lived alone behind a {colour} door.
    - {person}
    @swallow.where
    - One spring a pair of swallows came in from Africa and built their nest on {hero}'s [door latch|hat
      stand|doorbell].
    - In April {hero} found that a pair of [wrens|swallows|robins|wagtails] had begun a house in the [letter
      box of the|keyhole of the|crook of the] front door.
    - Two small birds with mud on their chins had started to build above the door, and each time it shut, the
      nest fell down.
    @swallow.trouble
    - "They will have to go," said {friend}. "You cannot live in a house without a door." {hero} said that
      people [had|often did].
    - The landlord wrote to say that lodgers were not allowed. {hero} wrote back that {he} was not sure who
      was lodging with whom.
    - If {he} opened the door, the nest would fall. If {he} did not, {he} could not go out to work.
    - "I have only come for my [boots|candles|bread]," said {friend} through the door. "Then come to the
      back," said {hero}, "and mind the flowers."
    @swallow.choice
    - So all that spring {hero} went in and out by the window, with {his} [hat in {his} teeth|basket on a
      rope|umbrella up].
    - {hero} put a ladder to the back window and a notice on the door: "Closed for [the season|family
      reasons|eggs]."
    - Visitors had to climb. The [priest|mayor|doctor] stuck halfway, and had to be [buttered|pushed|fed
      there].
    @swallow.turn
    - There were {few} eggs, and soon there were as many [hungry|yellow|open] mouths, and the noise began at
      four in the morning.
    - In June the nest spilled over. One by one they sat on the [lamp|latch|edge], looked at the whole world,
      and stepped off.
    - One of them fell. {hero} caught it in {his} hat, and sat up with it [all night|till sunrise], and it bit
      {him}.
    - By June they were five to a nest, shouting, and {hero} had learned to sleep in the gaps.
    @swallow.end
    - In September they left without a word. {hero} opened the door and walked through it. It felt like
      somebody else's house.
    - They paid their rent in [flies|mornings|company]. {hero} keeps the window open from April on, to be
      ready.
    - They come back every year, and every year {hero} oils the window. {close}
    - On the last morning they sat in a row on the lintel and looked at {hero}, and {hero} looked at them.
      Nobody made a speech.
    @plot.crow
    - {crow.title} // {crow.start} {crow.boast} // {crow.contest} {crow.turn} // {crow.end}
    - {crow.title} // {crow.start} // {crow.boast} {crow.contest} // {crow.turn} // {crow.end}
    @crow.title
    - [The Weathercock and the Crow|Who Rules the Wind|The Golden Bird]
    - The Pride of the Weathercock
    @crow.start
    - On the chapel roof stood a weathercock, all gold, who believed that it told the wind where to go.
    - A crow with one white feather used to sit beside the weathercock on the chapel, out of the rain.
    - The weathercock of {town} had not slept in {years} years, for fear the wind should get lost without it.
    @crow.boast
    - "I turn to the west," it said, "and look: the wind comes from the west. I am never disobeyed."
    - "You birds flap about," it said to the crow, "but I command."
    - "Where shall I send it today?" the weathercock would ask each morning. "[Somewhere nice|Away|As you
      please]," said the crow.
    - "I was made by a goldsmith," said the weathercock. "I was made by a crow," said the crow.
    @crow.contest
    - "Turn it round, then," said the crow, "just to show me." The weathercock strained till its pin squeaked.
      The wind went on as before.
    - One night the smith's boy, for a joke, [wedged|tied] the weathercock with its beak to the east. The wind
      blew from the north, and did not seem to notice.
    - Then rust got into the pin, and the weathercock stuck fast, and the wind, to its horror, went round
      without it.
    - "If you are the master," said the crow, "tell it to stop. Just for a moment. I am trying to sleep." The
      weathercock gave the order. It blew all night.
    @crow.turn
    - The weathercock was silent for a day. "Then what am I for?" it asked.
    - "All this time," it said, very small, "I was only agreeing."
    - It had never listened before. Now it felt the wind come over the hill, and knew its [smell|step|voice].
    - "I should like to apologise," said the weathercock to the wind. But the wind had been gone for an hour.
    @crow.end
    - "You are for telling us," said the crow. "The wind knows where it goes. It is we who like to be told."
      And it [preened|nodded|flew off to say so].
    - "Agreeing well is a trade," said the crow. "Ask any {trade}." They sat together and watched the rain
      come.
    - {hero} the {trade} climbed up with a drop of oil. The cock swung round, shining, and pointed, and for
      the first time it meant it as a gift.
    - And that is why a weathercock turns its face to the wind: out of politeness. {proverb}
    @plot.heron
    - {heron.title} // {heron.start} {heron.meets} // {heron.talk} // {heron.turn} {heron.end}
    - {heron.title} // {heron.start} // {heron.meets} {heron.talk} // {heron.turn} // {heron.end}
    @heron.title
    - [The Heron and the Minnow|A Conversation in the Shallows|The Clever Minnow|One Leg]
    - Supper Is Late
    @heron.start
    - A heron stood in the river Ash on one leg, and had stood there so long that a [snail|spider] had moved
      in on the other side of its knee.
    - {calm} In the shallows, grey and thin, stood a heron who had not eaten since [{day}|breakfast|the rain].
    - The heron of the river Ash was known for [patience|good manners|cold feet], and the minnows for their
      conversation.
    @heron.meets
    - A minnow, who was young and had not been told, swam up and said, "Good morning. Are you a
      [reed|gate|tree]?"
    - "Before you eat me," said a voice by its foot, "may I ask you something?" It was a minnow, no longer
      than a [pin|match].
    - Down came the beak, quick as a [pin|lock], and stopped a hair above a minnow, who was laughing.
    - "You have a drip on your nose," said somebody. The heron looked down. It was a minnow, and it was right.
    @heron.talk
    - "Why do you stand on one leg?" asked the minnow. "Because," said the heron, "if I lifted the other I
      should fall over."
    - "What is so funny?" asked the heron. "You are upside down in the water," said the minnow, "and you have
      weed on your hat."
    - "You are very small," said the heron. "You are very hungry," said the minnow. "If you ate me you would
      still be hungry, and nobody would know how the story ends."
    - "What is it like," asked the minnow, "to be out of the water all the time?" "Dry," said the heron. "And
      lonely at the knees."
    @heron.turn
    - The heron had never been told a story. It bent down to hear better, and went on bending, and the sun
      went over.
    - "Tell me, then," said the heron, and the minnow began. It was a long story. It had [nineteen brothers|a
      pike|a waterfall] in it.
    - Nobody had talked to the heron for {years} years. It found that it did not want to swallow the only one
      who had.
    @heron.end
    - They meet there every evening. The minnow is a large trout now, and the heron has taken up
      [bread|frogs|snails].
    - "And then?" said the heron, when it was dark. "Tomorrow," said the minnow, and was gone.
    - So the heron went home without its supper, and told the story to its wife, who said that it could have
      been shorter. {proverb}
    - That is why a heron stands so still. It is not fishing. It is waiting for the next part.
    - "Are you going to eat me tomorrow?" asked the minnow. "I shall have to see how it comes out," said the
      heron.
    @plot.wing
    - {wing.title} // {wing.find} {wing.care} // {wing.days} {wing.doubt} // {wing.turn} {wing.end}
    - {wing.title} // [{opening.spring}|{opening.summer}] {wing.find} // {wing.care} {wing.days} //
      {wing.turn} // {wing.end}
    @wing.title
    - [A Broken Wing|A Bird in a Hat Box|Thrown at the Sky|The Grounded Bird]
    - {hero}'s Patient
    @wing.find
    - After the gale {hero} found a martlet in {street}, lying on its breast in the wet with its long wings
      spread.
    - A martlet came down in the storm, and a martlet that is down cannot get up again. {hero} nearly stepped
      on it.
    - "It is only a bird," said the carter. {hero}, who was {trait}, stopped the cart all the same and picked
      it up.
    @wing.care
    - ^{he} took it home in {his} [hat|scarf|apron] and made it a bed in a hat box, with {friend}'s best
      [wool|handkerchief].
    - {friend} splinted the wing with [a matchstick|two toothpicks|a feather] and a thread from {their} own
      sleeve.
    - It would not eat bread, and it would not eat seeds. {hero} learned to catch [flies|moths], in the air,
      with both hands, at [dusk|noon|breakfast].
    - {friend} drew {him} a picture of how the bones should lie, and {hero}, who was {trait}, held the lamp
      and did not breathe.
    @wing.days
    - For {few} weeks it looked at the ceiling, as a sailor looks at a wall.
    - At night {he} left the window open so that it could hear the others, high up, screaming for joy.
    - It had no feet to speak of. It held on to {his} finger with [all of its heart|two hooks like commas].
    - It weighed no more than a letter. It looked at {hero} as a captain looks at a passenger.
    @wing.doubt
    - "You will have to let it go," said {friend}. "I know," said {hero}, and fed it another moth.
    - The wing had healed. {hero} said it needed another day, and the next day {he} said so again.
    - "What if it falls?" asked {hero}. "Then you will catch it," said {friend}. "What if it does not?" "Then
      you will wave."
    @wing.turn
    - So {he} carried it up {dozens} steps to the lighthouse gallery, held it in both hands, and threw it at
      the sky.
    - One clear morning on Candle Hill {he} opened {his} hands. The bird lay there, weighing nothing. Then
      there was nothing there.
    - It dropped like a stone, {hero} cried out, and a yard above the waves the two long wings [opened|took
      hold] and it was gone.
    - "Go on, then," {he} said, and lifted {his} hands, as one does with an [infant|armful of washing]. The
      wind did the rest.
    @wing.end
    - {hero} looked up for so long that {friend} had to lead {him} home by the sleeve.
    - Every spring since, one of the martlets comes lower than the rest and goes three times round {hero}'s
      chimney.
    - "It did not say goodbye," said {hero}. "They do not stop for it," said {friend}. {proverb}
    - The hat box stayed on the shelf, with the lid off. {close}
    @plot.owl
    - {owl.title} // {owl.start} {owl.trouble} // {owl.asks} {owl.asks2} // {owl.turn} {owl.end}
    - {owl.title} // {owl.start} // {owl.trouble} {owl.asks} // {owl.asks2} {owl.turn} // {owl.end}
    @owl.title
    - [The Owl Who Feared the Dark|Lessons in the Dark|The Smallest Owl|A Candle for an Owl]
    @owl.start
    - In the chapel tower lived a young owl who was afraid of the dark.
    - There was once an owl in the bell tower who went to bed at sunset and slept with [a candle|one eye
      open|her head in a sock].
    - The smallest owl in {town} was white, round, and terrified of the night.
    @owl.trouble
    - This was [awkward|a great pity|bad for business]. "Owls," said her mother, "are for the dark, as fish
      are for the wet."
    - The mice, who had been told, danced on the chapel steps and [called her names|left the door open].
    - Each night the others flew, and she stayed behind and counted the [bats|bell ropes|stars she could not
      see].
    @owl.asks
    - She asked the bat. "The dark is full of walls," said the bat. "Shout, and they will tell you where they
      are."
    - She asked the lamplighter's cat. "The dark," said the cat, "is only the day with its eyes shut."
    - She asked the moth. "What is wrong with it?" said the moth. "It is where they keep the lamps."
    - She asked the baker's boy, who is up at all hours. "It is only morning," he said, "with the lid on."
    @owl.asks2
    - She asked {hero} the {trade}, who was walking home. "I whistle," said {hero}. "Then at least I know that
      I am there."
    - She asked the oldest owl. "I am afraid of it too," the old owl said. "Why do you think I ask who is
      there?"
    - She asked the martlet, far up. "Dark?" it called back. "From here there is always a bright edge to it."
    - She asked the bell. "I have hung in it for {years} years," said the bell, "and it has never once come
      nearer."
    @owl.turn
    - So she stepped off the ledge, with her eyes tight shut. It was [soft|quiet]. She opened one. There were
      stars, and each of them was a small way in.
    - One night the candle went out by itself, and she found that she could see [the clock|the sea|her own
      feet] quite well. She had never waited long enough before.
    - She went out only as far as the [gutter|lamp post], and then only as far as the elm, and then she forgot
      to count.
    - Then a small voice called from below that it was lost, and she had gone down to it before she remembered
      to be frightened. It was a [bat|moth|kitten].
    @owl.end
    - "Who is there?" she called into the night. "I am," said someone, and she found that it was herself.
    - Now she is the boldest owl in {town}. She still takes the candle. She says it is for the moths.
    - The mice had to [find another place to dance|leave a lookout]. {proverb}
    - {close}
    """
}
