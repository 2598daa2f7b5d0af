extension EmbeddedText {
  /// Seasons, weather, sights, sayings and closing sentences that any tale may borrow.
  static let scenes = """
    @opening.spring
    - It was the first warm [morning|week|evening] of spring, and every window in {street} stood open.
    - Spring came [late|early] that year, [on the back of a west wind|with mud to the ankles|all in one
      night].
    - In April, when the hulls are painted and the [nets|sails|ropes] are new, {town} smells of {smell}.
    - The martlets had been back for [three days|a week|two Sundays], and nobody could talk of anything else.
    - [Rain|Sunlight|A soft wind] ran down {street} that spring like a child let out of school.
    - The last snow had gone from [the chapel roof|Candle Hill|the lighthouse steps], and the river Ash was
      loud.
    - That spring the [lambs|ducks|daisies] came before the [leaves|letters|swallows], which nobody could
      explain.
    @opening.summer
    - It was so hot that summer that the tar ran soft [on the boats|between the boards|in {street}].
    - In the long evenings of {month.summer} the whole town sat [on its steps|along the sea wall|out of doors]
      until ten.
    - The summer was [half|nearly|almost] over, and the swifts were screaming round [the chapel|the bell
      tower].
    - One [bright|still|blue] morning in {month.summer}, [the sea was as flat as a plate|there was not a
      breath of wind].
    - Midsummer came with [strawberries|visitors|green flies] and a sky that never got quite dark.
    - All through {month.summer} the children of {street} went barefoot and smelled of {smell}.
    @opening.autumn
    - The first storm of autumn had [taken nine slates from the chapel|turned every weathercock to the west].
    - In {month.autumn} the martlets gather on the air above {town}, and people look up from their work.
    - It was the season of [mist and mending|smoke and apples|lamps lit early], and the boats stayed close to
      home.
    - That autumn the leaves blew down {street} [and straight out to sea|as if they had an appointment].
    - [Fog|Rain|A yellow mist] lay on the bay for [six|nine|ten] days that {month.autumn}, and the bell rang
      every hour.
    - The herring came in {month.autumn}, and for a week the whole town smelled of {smell}.
    - Autumn was the time for [paying debts|counting nets|stacking wood], and for stories.
    @opening.winter
    - It was a hard winter, and the harbour [wore a thin skin of ice|creaked like an old chair].
    - Snow fell on {town} for [two|three|four] days, until [the steps|the boats|the lanes] had no edges.
    - In {month.winter} the nights are so long that the lamplighter [coming home meets
      the one going out|never quite goes home].
    - That winter the wind found every [keyhole|crack|chimney] in {street} and played a different tune on
      each.
    - On the shortest day of the year, [the sun rose late and left early|the lamps were lit at three o'clock].
    - Frost had drawn [ferns|feathers|maps of islands] on all the windows of {street}.
    - It was the week of the winter fair, and {street} smelled of {smell}.
    @calm
    - The sea lay as [flat|quiet|smooth] as [a pewter dish|a slate|a held breath|new glass].
    - Beyond the [pier|bar|rocks] the water [shone like a coin|lay still|was the colour of milk].
    - [A small|A lazy|Hardly a] wave turned over on the sand.
    - The boats sat on their own reflections, [nose to nose|as if they were thinking].
    - Somewhere [a rope creaked|a bell buoy tapped|an oar knocked], and then it was quiet again.
    @storm
    - The wind [leaned on|shook|tried] every door in turn, like a [bailiff|postman|guest] with the wrong
      address.
    - The waves [climbed|came over] the sea wall and ran down {street} looking for somewhere to sit.
    - Rain came sideways, and [the chapel bell rang by itself|the shutters clapped like hands].
    - All night the sea [growled|muttered|moved its furniture about] under the windows.
    - Nobody could tell any more where the sea ended and the sky began.
    @gulls
    - Overhead [two|three|a dozen] gulls [quarrelled about a crust|argued over the wind|laughed at some
      private joke].
    - A martlet went over, [very high|quick as a thought|like a stitch in the sky], and did not come down.
    - ~ {bird} [watched from the gutter|tried a few notes|said its one word] and seemed to approve.
    - The martlets drew their [thin|long|dark] lines above the roofs, and rubbed them out again.
    - High up, where the air is thin and cold, the martlets [went round and round|slept on the wing].
    @proverb
    - [In {town} they say|It is a saying on that coast|The old people say] that a martlet has no feet because
      it has no reason to stand still.
    - [As they say in {town}|As the fishermen put it], the tide comes in for those who wait, and also for
      those who do not.
    - [There is a saying in {street}|The old people have a saying]: mend the net while the fish are elsewhere.
    - [In {town} they say|The pilots say] that a small lamp in the right place is worth ten suns.
    - [The fishermen say|It is a saying on that coast] that fog is only a cloud that wanted company.
    - [As they say in {street}|As every child in {town} knows], borrowed bread is eaten twice.
    - [It is a saying in {town}|The sailmakers have a saying]: a knot is a promise the rope can keep.
    - [The old people say|They say on the quay] that the wind reads no letters but carries them all.
    - [In {town} they say|The ferrymen say] that a river never asks the way.
    - [They say in {street}|It is well known on that coast] that the shortest road home goes past the baker.
    - [The shepherds say that|As they say on Candle Hill,] a lost lamb teaches the whole flock the way.
    - [The clockmakers say|In {town} they say] that an hour spent waiting for a friend is not counted.
    @close
    - {gulls}
    - {calm}
    - And if you go to {town}, you can [ask about it at the inn|hear it told another way|look for yourself].
    - After that, [people were kinder to each other|the evenings were better] in {street}.
    - It is still [told|remembered] in {street}, [mostly by {friend}|usually after supper|whenever the nights
      are long].
    - {proverb}
    - That night it [rained|blew], but nobody [minded|noticed].
    - Then they went in, because [the soup was getting cold|it was late|the kettle was singing].
    - They [ate|shared] {food} afterwards, and [said no more about it|laughed until the lamp burned low].
    - And that was [the end of it|all there was to it], except for the [singing|washing up|telling].
    """
}
