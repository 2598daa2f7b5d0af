extension EmbeddedText {
  /// Riddles, songs and small wonders.
  static let verses = """
    @plot.riddle
    - {riddle.title} // {riddle.start} {riddle.asker} // {riddle.say:riddle} // {riddle.guess} {riddle.turn}
      // {riddle.solve:riddle} {riddle.end}
    - {riddle.title} // {riddle.asker} {riddle.start} // {riddle.say:riddle} {riddle.guess} //
      {riddle.solve:riddle} // {riddle.end}
    @riddle.title
    - [A Riddle|The Riddle at the Inn|Three Guesses|A Riddle for {friend}]
    - What Am I?
    @riddle !
    - shadow
    - wind
    - candle
    - tide
    - egg
    - echo
    - hole
    - name
    - net
    - letter
    - anchor
    - fog
    - bell
    - road
    @riddle.start
    - [At the Blue Anchor|At the inn in {street}|Round the stove at the inn] they ask riddles when it rains,
      and it was raining.
    - It was too wet to fish and too early to sleep, so they asked each other riddles.
    - On wet evenings in {month:season}, whoever cannot answer a riddle must [buy the
      chestnuts|sing|fetch the wood].
    - There was a gale blowing, and nobody wished to be the first to go home, so somebody said, "A riddle,
      then."
    @riddle.asker
    - {hero} was the best in {town} at asking them, and {friend} the worst at giving up.
    - "I have one that nobody has guessed in {years} years," said {hero}.
    - {friend} the {friendtrade} had never been beaten. {hero} leaned over the table and spoke slowly.
    @riddle.guess
    - "A horse," said {friend} at once. "It is always a horse with you," said {hero}.
    - {friend} thought so hard that {their} tea went cold. "Is it bigger than a loaf?" {they} asked.
    - "The mayor," said somebody at the back. "A priest," said another. "[A herring|My wife|Monday]," said a
      third.
    - {friend} shut {their} eyes. ^{they} looked under the table, which was not allowed.
    - {friend} walked round the room with {their} hands behind {their} back. "Does it eat hay?" {they} asked.
    @riddle.turn
    - Outside the wind went round the house, trying to listen.
    - "One more guess," said {hero}, "and then the chestnuts are yours to buy."
    - {friend} guessed {few} times more, each worse than the last.
    - The fire settled. Somebody's dog sighed.
    @riddle.end
    - "I was going to say that," said {friend}. They always are.
    - "I said so from the start," said {friend}, who had not.
    - {friend} bought the chestnuts, and was thoughtful all the way home.
    - Everyone groaned, which at that inn is applause.
    - {close}
    - "Now ask me a hard one," said {friend}, which made everyone laugh, and the rain had nearly stopped.
    @riddle.say.shadow
    - "I walk beside you all day long and never wear out a shoe. I am tall in the morning, and at noon I hide.
      What am I?"
    @riddle.solve.shadow
    - Then the lamp was moved, and {friend} saw it stretched out on the wall. "My shadow!" {they} cried.
    @riddle.say.wind
    - "I have no hands, and I open doors. I have no mouth, and I whistle. Everyone has met me, and no one has
      seen me. Who am I?"
    @riddle.solve.wind
    - The door blew open by itself, and there was the answer, standing in the room. "The wind," said {friend}.
    @riddle.say.candle
    - "I am tall when I am young and short when I am old, and I weep all my life because I am loved. What am
      I?"
    @riddle.solve.candle
    - {friend} looked at the table, where it stood. "A candle," {they} said, and blew it out to be certain.
    @riddle.say.tide
    - "Twice a day I come to your door, and twice a day I go away again. I never knock, and I have never been
      asked to sit. Who am I?"
    @riddle.solve.tide
    - Below the window something sighed, and turned. "The tide," said {friend}.
    @riddle.say.egg
    - "I am a house with no door and no window, and the one who lives in me must break me to come out. What am
      I?"
    @riddle.solve.egg
    - "It is an egg," said the cook, who had {few} of them in her apron.
    @riddle.say.echo
    - "I never speak first, and I always have the last word. What am I?"
    @riddle.solve.echo
    - "What?" said {friend}. "What?" said the stairwell. "Oh," said {friend}. "It is an echo."
    @riddle.say.hole
    - "The more you take away from me, the bigger I grow. What am I?"
    @riddle.solve.hole
    - {friend} put a hand in {their} pocket for a penny, and found the answer there. "A hole," {they} said
      sadly.
    @riddle.say.name
    - "I belong to you, but your friends use me more than you do. What am I?"
    @riddle.solve.name
    - "{friend}!" called somebody at the door. {friend} turned round, and stopped. "It is my name," {they}
      said.
    @riddle.say.net
    - "I am made of holes, tied together with string, and I hold more than a barrel. What am I?"
    @riddle.solve.net
    - Every fisherman in the room began to laugh. "A net," said {friend}, and went red.
    @riddle.say.letter
    - "I can cross the sea without a boat, and tell you all I know without a word. But you must break my back
      to hear me. What am I?"
    @riddle.solve.letter
    - "A letter," said {friend}, who had been waiting for one.
    @riddle.say.anchor
    - "When I am needed I am thrown away, and when I am not, I am brought back. What am I?"
    @riddle.solve.anchor
    - {friend} looked up at the sign of the inn, which had been hanging there all the time. "An anchor,"
      {they} said.
    @riddle.say.fog
    - "I can swallow a church and not break a window. I am everywhere about you, and when you come to where I
      am I have gone. What am I?"
    @riddle.solve.fog
    - {friend} rubbed the pane with a sleeve, and there was nothing there to see. "Fog," {they} said.
    @riddle.say.bell
    - "I have one tooth and a great open mouth, and I only speak when I am struck. They hear me in three
      parishes. What am I?"
    @riddle.solve.bell
    - At that moment it spoke, ten times over, from the chapel. "The bell," said everyone.
    @riddle.say.road
    - "I go all the way to the city, and I never take a step. I lie in the rain and am never wet through. What
      am I?"
    @riddle.solve.road
    - "I came in on it," said {friend} at last, looking at {their} boots. "It is the road."
    @plot.song
    - {song.title} // {song.intro} // {couplet.a}; / {couplet.b}. // {couplet.c}; / {couplet.d}. // {song.end}
    - {song.title} // {couplet.b}; / {couplet.d}. // {couplet.a}; / {couplet.e}. // {song.after}
    - {song.title} // {song.intro} // {couplet.e}; / {couplet.c}; / {couplet.a}. // {song.end}
    - {song.title} // {couplet.d}; / {couplet.a}; / {couplet.b}; / {couplet.e}. // {song.after}
    - {song.title} // {couplet.c}; / {couplet.b}. // {couplet.a}; / {couplet.d}. // {song.after} {song.end}
    @song.title
    - [A Rowing Song|The Net-Menders' Song|Song for Hauling|A Cradle Song of {town}|The Ballad of {hero}]
    - Sung at [the Winter Fair|the Launching of a Boat|{hero}'s Wedding|the Blue Anchor]
    @song.intro
    - This is what the menders sing on {street}, pulling the twine tight at the end of every line:
    - {hero} sang it to {friend} [in the fog|on the pier|across the water], and {friend} sang it back:
    - The children skip to it now, but it was made by {hero} the {trade}, in a bad winter, to keep {his} hands
      moving:
    - You must sing it slowly, with a pull of the oars on every other word:
    @couplet.a
    - The martlet sleeps upon the air / and never asks what time or where
    - The martlet has no feet to stand, / and so it loves both sea and land
    - A bird went over, high and black, / and wrote its name, and wrote it back
    - I asked the martlet where was home; / it said, "Wherever winds have blown"
    - She has no nest, she has no tree, / and yet the bird comes back to me
    - There is a bird that will not land; / it takes no crumbs from any hand
    @couplet.b
    - The tide comes in, the tide goes out, / and no one knows what it is about
    - The moon has let her ladder down / on every roof in all the town
    - The wind is knocking, let it in, / its coat is long, its coat is thin
    - The herring go where herring please / beneath the bells of sunken seas
    - The night is long, the stove is low, / the stars have nowhere else to go
    - The fog has borrowed half the shore / and leaves a footprint on the floor
    @couplet.c
    - {hero} went out with half a sail / and came back riding on a whale
    - {hero} had a boat, the boat had a name, / and wherever it went it came back the same
    - My love has gone across the sea / and left a lamp, and left a key
    - I gave my love a ring of tin; / the door is shut, but the light is in
    - Old {hero} sat mending by the shore / a net that was only a hole before
    - The {trade} has a coat of blue, / the {friendtrade} has the other shoe
    @couplet.d
    - So mend the net and mend the shoe / and mend the thing you meant to do
    - So haul away and let her run, / the day is half the battle won
    - So bring the bread and bring the light, / there may be someone out tonight
    - So pull together, pull the line, / the left is yours, the right is mine
    - So light the lamp and leave it lit / for anyone in need of it
    - So hang the net and bank the fire / and let the wind go up the spire
    @couplet.e
    - And if you meet me on the stair, / then say good night, and leave me there
    - And if the boat should not come in, / we'll sing it home from where we've been
    - And if it rains, then let it rain, / the sea will have it back again
    - And when the lamps are burning few, / I'll keep the one that burns for you
    - And when the winter shuts the door, / remember what the spring is for
    - And if you cannot sing the song, / then beat the time, and come along
    @song.end
    - There are {dozens} verses more, but nobody has ever been awake for them.
    - {friend} always wept at the last line, and could never say why.
    - After that they would sit for a while and listen to the water, which knew the tune.
    - {close}
    @song.after
    - So sang {hero} the {trade} at {spot}, and the boats moved a little nearer.
    - They say that {hero} made it up on the way home, one line for every lamp in {street}.
    - {friend} used to play it on the {instrument}, and leave out the last note, so that people would stay.
    - When {hero} had finished, nobody clapped. They put more wood on the fire.
    @plot.dream
    - {dream.title} // {dream.start} {dream.place} // {dream.odd} {dream.meets} // {dream.wake} {dream.end}
    - {dream.title} // {dream.start} {dream.odd} // {dream.place} {dream.meets} // {dream.wake} // {dream.end}
    @dream.title
    - [A Dream of Boats|What {hero} Dreamed|The Staircase in the Sea|Asleep in {street}]
    @dream.start
    - On the night of the [full moon|first frost|great wind], {hero} the {trade} dreamed that {he} was awake.
    - {hero} fell asleep over {his} [mending|accounts|soup], and dreamed.
    - Everyone in {street} had the same dream that night, but only {hero} remembered it.
    - {hero}, who was {trait}, went to bed early on {day}, and walked straight out of the other side of {his}
      pillow.
    @dream.place
    - There was a stair that went down into the sea, and the sea had been rolled back from it like a carpet.
    - The whole town was afloat: {street} nudged against the chapel, and the lighthouse was rowing.
    - ^{he} was walking along the bottom of the bay, under the boats, and it was as light there as a
      [kitchen|Sunday].
    - The houses had gone out for the evening, and there was only grass where they had been, and their keys.
    @dream.odd
    - Fish went by with [lanterns|umbrellas|prayer books], nodding.
    - A clock was growing in a pot, and had put out {few} small watches.
    - The bread spoke with the voice of {his} {elder}, and said [what it always said|that it was nearly done].
    - It was raining upward, and everybody had brought their umbrellas and was standing on them.
    - The gulls had hung up their wings in a row and were playing cards, very honestly.
    @dream.meets
    - At a desk sat {friend}, writing down the waves. "I am at nine thousand," {they} said. "Do not make me
      laugh."
    - A martlet flew beside {him} and said, "You left a lamp on somewhere."
    - There was a door with {his} name on it, and behind it someone was laughing very kindly.
    - "You are late," said the {bird}, "but it has not started. It cannot start without you."
    - ^{his} {elder} came by in a small boat, rowing with two spoons, and said it was not far.
    @dream.wake
    - Then a shutter banged, and {he} was in {his} own bed, with {his} own feet.
    - ^{he} woke up. It was [still dark|just getting light], and the room smelled of {smell}.
    - ^{he} put out a hand to open the door, and it was the blanket, and it was morning.
    - A cock crowed, and the whole of it folded up like a map.
    @dream.end
    - There was sand in {his} slippers.
    - ^{he} told it to {friend} at breakfast. "Nine thousand and one," said {friend}, and passed the salt.
    - All that day {he} walked carefully, as if the street might remember that it could float.
    - ^{he} went to the window to see if the lamp was lit. It was. {close}
    @plot.legend
    - {legend.title} // {legend.start} {legend.was} // {legend.happened:legend.kind} {legend.next:legend.kind}
      // {legend.end}
    - {legend.title} // {legend.was} // {legend.start} {legend.happened:legend.kind} //
      {legend.next:legend.kind} // {legend.end}
    - {legend.title} // {legend.start} // {legend.was} {legend.happened:legend.kind} {legend.next:legend.kind}
      // {legend.end}
    @legend.title
    - [Before There Was a Town|The Oldest Story|What the First People Heard|So They Say]
    - An Old Story About the [Sea|Moon|Hill]
    @legend.start
    - This was told by {hero} the {trade}, who had it from {his} {elder}, who was there, or said so.
    - They tell it like this in {street}, and differently across the river.
    - {hero} tells it better than I do, but {he} is asleep.
    - Every {trade} in {town} knows this one, and {hero} knows it [by heart|backwards|best].
    @legend.was
    - Before there was a town there was only the hill, and the sea came up and looked at it every day and went
      away again.
    - In those days the moon was nearer, and you could [hear it hum|row out and lean a ladder on it|smell it].
    - Long ago the people of this coast had no bell, no clock and no Sundays, and were tired without knowing
      why.
    - Once the sea was sweet, and [cows|queens|tired horses] drank it.
    - It was so long ago that {street} was a [footpath|stream|row of rabbit holes].
    @legend.kind !
    - fish
    - ship
    - bucket
    - shoe
    - giant
    - bell
    @legend.happened.fish
    - Then [Old Marrow|Black Tom|Long Meg] caught [a grey fish|an eel|a very old pike] in a net, and it said,
      "Put me back, and ask for something."
    @legend.next.fish
    - Nobody knew what to ask for. They talked about it for {years} years, and by then they had built the
      chapel to talk in.
    - "We want," they said at last, "to know when our people are coming home." So they were given the
      martlets.
    - They asked for [more fish|an answer|another day to think], and the fish sighed, and has been deep down
      ever since.
    @legend.happened.ship
    - One night a ship came over the bar with nobody aboard and all its lamps lit, and in the hold was a
      single [seed|lantern|lit candle].
    @legend.next.ship
    - They set it on Candle Hill, and in the morning there was a light there, and there has been a light there
      ever since.
    - They took it ashore and the ship turned by itself and went out again, as one who has left a parcel at
      the right door.
    @legend.happened.bucket
    - Two sisters quarrelled over a bucket and threw it [into the sea|at the moon|off the end of the world],
      and from that day the water would not lie still.
    @legend.next.bucket
    - It goes out to look for the bucket, and comes back to say that it has not found it. That is the tide.
    - The sea was sorry, and has come up every day since to say so. It gets as far as the steps, and its
      courage fails.
    @legend.happened.shoe
    - A traveller stopped there to mend a shoe. While the glue dried, it snowed; and by the time it thawed
      there was a house, a wife, and a road.
    @legend.next.shoe
    - The shoe was never worn again. It hangs over the door of the inn, and [swallows|wrens|mice] live in it.
    - "I will go on tomorrow," said the traveller, and said so every evening for {years} years, and was never
      sorry.
    @legend.happened.giant
    - A giant lay down with his feet in the sea and his head on Candle Hill, and said, "Wake me when [it is
      spring|somebody sings|my wife comes]."
    @legend.next.giant
    - The people came and built on him, since he was warm. They have spoken quietly ever since, and go
      barefoot past his ear.
    - Grass grew on him, and then sheep. Nobody has woken him. He is the reason why {street} goes up and down
      a little, at night.
    @legend.happened.bell
    - The first bell of {town} fell overboard on the way from the founder's, and sank ringing, in
      [nine|forty|sixty] fathoms.
    @legend.next.bell
    - They hung a second one, but it is shy, and before it strikes it waits to hear what the first one says.
    - It rings by itself down there before a storm. The fish have learned to go to church, and the fishermen
      to go home.
    @legend.end
    - If you put your ear to the ground in {street} on a still night, you can hear it. Some say that is only
      [the sea|the baker|your own heart].
    - "Is it true?" {friend} asked, when it was over. "It is old," said {hero}. "That is how true things
      begin."
    - That is why we [leave a lamp in the window|say good morning to the sea|knock on wood and then on water].
      {proverb}
    - {close}
    """
}
