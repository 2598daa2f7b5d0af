"""Writes sample.txt: a small text of Martlet's own in many scripts, with odd spaces, marks and line ends.

Usage: python make_sample.py
"""

TEXT = """\
A martlet is a small bird of heraldry, drawn without feet: it never lands, so it's said it can't rest.
They've said "we'll see"; I'm sure you'd say she's right, they're not, and DON'T SHOUT: IT'S LATE, WE'LL GO.
The the the the quick brown fox doesn’t jump. It's 'tis 'twas rock'n'roll o'clock ''quoted'' don''t.

Der kleine Vogel fliegt über die Dächer; größer als ein Spatz ist er nicht. Straße, Maß, Füße.
Le petit oiseau vole au-dessus des toits : « où vas-tu ? » — là-bas, près de l'église, à 17 h 45.
El pájaro pequeño vuela sobre los tejados. ¿Adónde vas? ¡Allí, muy lejos!
Маленькая птица летит над крышами. Куда ты летишь? Далеко-далеко, за тридевять земель.
Το μικρό πουλί πετά πάνω από τις στέγες. Πού πας; Εκεί, πολύ μακριά.
小鸟飞过屋顶。你去哪里？那边，很远很远。一二三四五，上山打老虎。
小さな鳥が屋根の上を飛ぶ。どこへ行くの？あそこ、ずっと遠くへ。カタカナとひらがな。
작은 새가 지붕 위로 날아갑니다. 어디 가세요? 저기, 아주 멀리요.
الطائر الصغير يطير فوق الأسطح. إلى أين تذهب؟ هناك، بعيدًا جدًا.
הציפור הקטנה עפה מעל הגגות. לאן אתה הולך? לשם, רחוק מאוד.
छोटी चिड़िया छतों के ऊपर उड़ती है। तुम कहाँ जा रहे हो? वहाँ, बहुत दूर।
นกตัวน้อยบินข้ามหลังคา คุณจะไปไหน ที่โน่น ไกลมาก
Con chim nhỏ bay trên những mái nhà. Bạn đi đâu? Đằng kia, xa lắm.
Küçük kuş çatıların üzerinde uçar. İstanbul, Iğdır, ılık, IŞIK.

Composed: é ñ ü Å 각. Decomposed: e\u0301 n\u0303 u\u0308 A\u030a \u1100\u1161\u11a8. Both: é e\u0301 é e\u0301.
Stacked: Z\u0351\u036b\u0343a\u0334\u030ag\u0321\u0322o\u0489. Enclosed: 1\u20e3 2\u20e3 a\u20dd.
Emoji: 😀😀😀 🐦🐦 👨\u200d👩\u200d👧\u200d👦 👍🏽 🏳️\u200d🌈 🇩🇪🇯🇵 ❤️ ✅ ☺ ⚡️ 🪶.
Numbers: 0 1 12 123 1234 12345 3.14159 1,000,000 ½ ¾ ² ³ Ⅳ Ⅻ ① ② ٣٤٥ ६७८ 一〇 𝟘𝟙𝟚 1e-5 0x1F 10% 20€ £30 #4.
Signs: ... !!! ??? --- === *** ~~~ <<< >>> && || :: -> => != <= {} [] () "" `` @user #tag $var a_b __init__ C++.

def fly(height: int = 3) -> None:
    for step in range(height):
        if step % 2 == 0:
            print(f"up {step}")  # two spaces before
\tindented by a tab
\t\tby two\tand\ttabs\tbetween

Spaces:  two   three    four     five.\u00a0No-break\u00a0space,\u2009thin\u2009space,\u3000ideographic\u3000space.
Trailing spaces   \nand a line that ends with CR LF\r\nand another\r\n\r\nand lone CR\rhere.
Separators: line\u2028paragraph\u2029next\u0085vertical\u000bform\u000cfeed. Zero\u200bwidth, word\u2060joiner, soft\u00adhyphen.
Controls: bell\u0007 escape\u001b delete\u007f file\u001cgroup\u001drecord\u001eunit\u001f. Byte order mark: \ufeff.
Rare: \U00010348\U00010380 𓀀𓂀 𝔐𝔞𝔯𝔱𝔩𝔢𝔱 ﬁ ﬂ Ａｂｃ １２３ \ue000 \U000f0000 \U0010fffd \ufffd.
Ellipsis… dash – dash — quotes ‘a’ “b” „c‟ ‹d› «e» dots · • ‣ ※ † ‡.

aaaa aaaaaaaa aaaaaaaaaaaa abababab abcabcabc aab aabb aaab bbaa baab xyxyxyx mississippi banana bananas.
nananana hahahaha lalalala aaaaaaa aaaaaa aaaaa aaa aa a.
"""

with open("sample.txt", "w", encoding="utf-8", newline="") as file:
    file.write(TEXT)
