"""Makes templates.json: what the renderer of transformers makes of templates of every statement, filter, test and method.

    .venv/bin/pip install transformers
    .venv/bin/python Tests/MartletTextTests/Golden/make_templates.py

A case is {"template", "data", "text"[, "generated"]}, or without "text" where the template is refused. With --random N it
prints N random cases instead, one a line; the tests read them too where MARTLET_TEMPLATES names their file.
"""

import argparse
import datetime
import itertools
import json
import os
import random

import jinja2
import transformers
from transformers.utils import chat_template_utils

NOW = datetime.datetime(2025, 3, 9, 7, 5, 4)


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


chat_template_utils.datetime = FixedTime

DATA = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "  What's 2 < 3?\n"},
        {"role": "assistant", "content": "Yes & no", "tool_calls": [
            {"type": "function", "function": {"name": "add", "arguments": {"a": 1, "b": [2.5, None, True]}}}]},
        {"role": "tool", "name": "add", "content": "3"},
    ],
    "tools": [{"type": "function", "function": {"name": "add", "description": "Adds \"numbers\"", "parameters": {
        "type": "object", "properties": {"b": {"type": "number"}, "a": {"type": "number"}}, "required": ["a"]}}}],
    "add_generation_prompt": True,
    "bos_token": "<s>", "eos_token": "</s>",
    "s": "Hello, wOrld ǆ ß ΑΣ", "empty": "", "n": 7, "x": -2.75, "big": 12345678901234567, "yes": True, "none": None,
    "l": [3, 1, 2, 1], "names": ["bob", "Alice", "carol", "Bob"], "d": {"b": 2, "a": 1, "C": "x"}, "nested": [[1, 2], [3]],
    "people": [{"name": "Ann", "age": 30, "city": {"name": "Rome"}}, {"name": "bo", "age": 25, "city": {"name": "Oslo"}},
               {"name": "Cy", "age": 30}], "lines": "one\n\ntwo\r\nthree", "mixed": [0, "", None, "a", 2.0, [], {}],
}

EXPRESSIONS = """
n + 1|n - 10|n * 2|n / 2|n // 2|n % 4|-n // 2|-n % 4|n ** 2|n ** -1|2 ** 0.5|x // 1|x % 2|1 / 0|1 // 0|1.0 % 0
7 // 2.0|7 % -3|-7 % 3.5|1e16|1e15|0.1 + 0.2|1e-5|1.5e300 * 1e10|big * 2|1_000|0x1F|0b11|0o17|1.0|100.0|1e22|123456.789e3
s ~ n ~ x ~ yes ~ none|'a' 'b' "c"|'a' + 'b'|'a' * 3|3 * 'ab'|'a' + 1|[1] + [2]|(1,) + (2,)|[1] * 2|'%s-%d' % ('a', 3)|'%5.2f|%-5s|%x' % (x, 'a', 255)
'\\n\\t\\\\\\'\\x41\\u00e9'|"it's"|'say "x"'|['it\\'s', "a\\"b'c"]|{'a': 1, 2: [1, (2,)], none: false}|[]|{}|()|(1,)|(1, 2)
n == 7|n != 7|n < 8 < 9|1 < 3 < 2|n >= 7 and n <= 7|not n|not none|n or 0|0 or ''|0 and 1|none and 1|'a' < 'b'|[1, 2] < [1, 3]|'a' < 1|none < 1
1 == 1.0|true == 1|'1' == 1|[1] == (1,)|{'a': 1} == {'a': 1.0}|n in l|3 in l|'ell' in s|'a' in d|1 in 'a'|n not in l|none in mixed|'z' not in d
n if yes else 0|n if none|(n if none) ~ '!'|'a' if l else 'b'|missing|missing.x|missing['x']|d.missing|d.missing.x|d['b']|d.b|d.items|l[0]|l[-1]|l[9]|l['a']|s[0]|s[-1]|s[100]
l[1:]|l[:-1]|l[::2]|l[::-1]|l[5:]|l[-100:2]|s[1:5]|s[::-1]|s[7:]|s[-3:]|l[::0]|(1,2,3)[1:]|n[0]|none.x|none[0]
l.count(1)|l.index(2)|l.index(9)|l.append(1)|l.copy()|d.keys()|d.values()|d.items()|d.get('a')|d.get('z')|d.get('z', 5)|d.pop('a')|d.update({})|d.copy()|l.sort()
s.upper()|s.lower()|s.title()|s.capitalize()|s.swapcase()|s.casefold()|s.split()|s.split(',')|s.split('o', 1)|s.rsplit('o', 1)|s.partition('o')|s.rpartition('o')|s.partition('zz')
' a '.strip()|'xxaxx'.strip('x')|'xxaxx'.lstrip('x')|'xxaxx'.rstrip('x')|s.replace('o', '0')|s.replace('o', '0', 1)|'aaa'.replace('', '-')|s.startswith('He')|s.startswith(('x', 'H'))|s.endswith('x')|s.find('o')|s.rfind('o')|s.find('zz')|s.index('zz')|s.count('o')
'a,b'.join(['x', 'y'])|', '.join(names)|', '.join([1])|'ab'.center(7, '*')|'ab'.ljust(5) ~ '|'|'ab'.rjust(5)|'-42'.zfill(6)|'a\\tb'.expandtabs(4)|'abc'.isalpha()|'12'.isdigit()|'a1'.isalnum()|' '.isspace()|'Ab Cd'.istitle()|'ab'.islower()|'AB'.isupper()|'a b'.isidentifier()|'x'.isascii()
'{} {}'.format(1, 'a')|'{1} {0}'.format(1, 'a')|'{a[b]} {c.d}'.format(a={'b': 2}, c=1)|'{:>5}|{:<5}|{:^5}|{:05.1f}|{:,}'.format('a', 'b', 'c', x, big)|'{a!r}'.format(a='q')|'prefix-x'.removeprefix('prefix-')|'x.y'.removesuffix('.y')|lines.splitlines()|lines.splitlines(true)|s.__class__|''.join|s.format_map(d)
s|upper|s|lower|s|title|s|capitalize|'foo-bar (baz)'|title|s|trim|'  a '|trim|'xax'|trim('x')|s|length|l|length|d|length|n|length|missing|length|none|length|s|count|s|wordcount|lines|wordcount
l|first|l|last|s|first|s|last|empty|first|[]|last|missing|first|d|first|l|sort|l|sort(reverse=true)|names|sort|names|sort(case_sensitive=true)|people|sort(attribute='age')|map(attribute='name')|list|people|sort(attribute='age,name', reverse=true)|map(attribute='name')|join(' ')|mixed|sort|[1, 'a']|sort
l|sum|people|sum(attribute='age')|[]|sum|[[1], [2]]|sum(start=[])|names|sum|l|min|l|max|names|min|names|max|people|max(attribute='age')|[]|max|l|unique|list|names|unique|list|names|unique(case_sensitive=true)|list|people|unique(attribute='age')|map(attribute='name')|list
l|join|l|join(', ')|people|join('-', attribute='name')|people|join('-', 'city.name')|names|join(1)|none|join|l|reverse|list|s|reverse|d|reverse|list|l|list|s|list|d|list|n|list|d|items|list|missing|items|list|n|items
l|batch(3)|list|l|batch(3, 'x')|list|l|slice(3)|list|l|slice(3, 0)|list|l|batch(0)|list|l|slice(0)|list|nested|map('sum')|list|names|map('upper')|join|l|map('string')|list|people|map(attribute='city')|list|people|map(attribute='city.name', default='-')|list|names|map('replace', 'o', '0')|list|l|map|list|l|map('nofilter')|list
l|select|list|mixed|select|list|l|select('odd')|list|l|select('gt', 1)|list|l|reject('equalto', 1)|list|mixed|reject|list|people|selectattr('age', 'equalto', 30)|map(attribute='name')|list|people|selectattr('city')|list|length|people|rejectattr('city', 'defined')|map(attribute='name')|list|l|select('notest')|list|people|selectattr|list
people|groupby('age')|list|people|groupby('city.name', default='?')|map(attribute='grouper')|list|d|dictsort|d|dictsort(reverse=true)|d|dictsort(by='value')|{'a': 2, 'b': 1}|dictsort(by='value')|{'a': 2, 'B': 1}|dictsort(true)|l|dictsort
missing|default('x')|empty|default('x')|empty|default('x', true)|none|d('x')|none|d('x', true)|missing|d|n|default(1)|s|replace('l', 'L')|s|replace('l', 'L', 1)|n|replace(7, 8)|n|string|l|string|none|string|'3.9'|int|'abc'|int|'abc'|int(5)|'0x1A'|int(0, 16)|'12'|int(base=8)|x|int|none|int|l|int|yes|int|'1e3'|int
'3.5'|float|'abc'|float|'abc'|float(1.5)|n|float|none|float|x|abs|n|abs|s|abs|x|round|x|round(1)|x|round(1, 'ceil')|x|round(1, 'floor')|2.5|round|3.5|round|n|round|15|round(-1)|25|round(-1)|x|round(0, 'bad')|2.675|round(2)|1e20|round
lines|indent|lines|indent(2)|lines|indent(2, true)|lines|indent(2, true, true)|lines|indent('> ')|'a\\n'|indent|'one two three four'|truncate(9)|'one two three four'|truncate(9, true)|'one two three four'|truncate(9, false, '!', 0)|'one two'|truncate(9)|s|center(30)|'%s %s'|format(1, 'b')|'%(a)s'|format(a=1)|'<a href="x">\\'&'|escape|'<b>'|e|'<b>'|safe|'a b/c?d=é'|urlencode|{'a b': 'c/d', 'e': 1}|urlencode|1500|filesizeformat|1024|filesizeformat(true)|1|filesizeformat|1e12|filesizeformat
d|tojson|l|tojson|s|tojson|none|tojson|yes|tojson|x|tojson|d|tojson(indent=2)|tools|tojson(indent=4)|'é\\u2028</script>'|tojson|s|tojson(ensure_ascii=true)|d|tojson(sort_keys=true)|d|tojson(separators=(',', ':'))|[[], {}]|tojson(indent=1)|missing|tojson|range(3)|list|tojson|{1: 2, none: 3, true: 4}|tojson|(1, 2)|tojson|1e100|tojson
n is defined|missing is defined|missing is undefined|none is none|n is none|s is string|n is string|n is number|x is number|yes is number|n is integer|yes is integer|x is float|yes is boolean|yes is true|n is true|none is false|d is mapping|l is mapping|l is iterable|n is iterable|missing is iterable|l is sequence|d is sequence|s is sequence|n is sequence
n is odd|n is even|6 is divisibleby 3|6 is divisibleby(4)|s is lower|'ab' is lower|'AB' is upper|n is eq 7|n is equalto 8|n is ne 8|n is gt 6|n is lt 6|n is ge 7|n is le 6|3 is in l|'a' is in 'abc'|n is not odd|n is not defined|none is sameas none|l is sameas l|n is callable|range is callable|'upper' is filter|'nope' is filter|'odd' is test|s is escaped|n is nope
range(3)|list|range(1, 4)|list|range(10, 0, -3)|list|range(0)|list|range(1, 2, 0)|range(1000000)|range(3)|range(3)[1]|dict(a=1, b=2)|dict([('a', 1)])|dict({'a': 1}, b=2)|namespace(a=1).a|joiner(', ')()|cycler('a', 'b').next()|raise_exception('no')|strftime_now('%Y-%m-%d')|strftime_now('%d %b %Y, %A %B %j %H:%M:%S %p %I %y %a %U %%')|nofunction()|n()|s.nomethod()
people[0].name|people[0]['city'].name|people[-1].city|people[0].age + 1|messages[-1].role|messages|map(attribute='role')|join(',')|tools[0].function.name|(messages|selectattr('role', 'equalto', 'user')|list)[0].content|messages|length > 3|messages[1].content|trim|s.split(',')[0].lower()|(s.split())[0] ~ '!'|d.items()|list|d|items|map('first')|list|[n, x]|map('abs')|list|-n|abs|-(n|abs)|n|string ~ 'a'|'a' ~ n|string|not n in l|not (n in l)|n is defined and n is odd|1 if n is odd else 2|l|length is odd
"""

TEMPLATES = [
    "{% for i in l %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
    "{% for i in l %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {{ loop.cycle('a', 'b') }} {{ loop.changed(i) }}\n{% endfor %}",
    "{% for i in l if i > 1 %}{{ loop.index }}:{{ i }} {% else %}none{% endfor %}",
    "{% for i in l if i > 9 %}{{ i }}{% else %}none{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in l %}{% endfor %}",
    "{% for k in d %}{{ k }}{% endfor %}", "{% for c in 'añb' %}[{{ c }}]{% endfor %}", "{% for i in n %}{% endfor %}",
    "{% for i in missing %}x{% else %}empty{% endfor %}", "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in nested recursive %}({% if i is iterable %}{{ loop(i) }}{% else %}{{ i }}{% endif %}){% endfor %}",
    "{% for i in [[1, [2, [3]]]] recursive %}{{ loop.depth }}{% if i is sequence %}[{{ loop(i) }}]{% else %}{{ i }}{% endif %} {% endfor %}",
    "{% set x = 1 %}{% for i in l %}{% set x = i %}{% endfor %}{{ x }}",
    "{% set ns = namespace(x=0, found=false) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.found }}",
    "{% set ns.x = 1 %}", "{% set d.x = 1 %}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set a = b = 1 %}",
    "{% set t %}a{{ n }}b{% endset %}{{ t }}|{{ t|length }}", "{% set t | upper %}abc{% endset %}{{ t }}",
    "{% if n %}a{% elif x %}b{% else %}c{% endif %}", "{% if none %}a{% elif x %}b{% else %}c{% endif %}", "{% if none %}a{% elif none %}b{% else %}c{% endif %}",
    "{% if n is odd %}odd{% endif %}{% if missing %}x{% endif %}", "{% if true %}{% set y = 5 %}{% endif %}{{ y }}",
    "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(1, c='z') }} {{ m(b=1, a=2) }} {{ m() }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }}", "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{% endmacro %}{{ m(z=2) }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{{ n }}{% endcall %}", "{% macro m() %}[{{ caller(1, 2) }}]{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}",
    "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "{% macro m() %}{{ y }}{% endmacro %}{% set y = 1 %}{{ m() }}",
    "{% macro m() %} a {% endmacro %}{{ m()|trim }}|{{ m.name }}", "{{ m() }}{% macro m() %}x{% endmacro %}",
    "{% filter upper %}abc{{ s }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}banana{% endfilter %}",
    "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}",
    "{% raw %}{{ n }}{% if %}{% endraw %}", "a{# comment {{ n }} #}b", "{#- c -#} x {#- d -#}", "{{ '{{' }}", "{{ '}}' }}", "{{ \"%}\" }}",
    "  {% if yes %}\n  a\n  {% endif %}\n  b", "  {%- if yes %}\n  a\n  {%- endif -%}\n  b", "  {%+ if yes %}\n  a\n  {%+ endif +%}\n  b",
    "x\n\n{% if yes -%}\n\n a \n\n{%- endif %}\n\ny\n", "a {{- n -}} b", "a {{ n }}\n", "a\n\n", "{{ n }}\n{{ n }}\n", "{% set a = 1 %}\n{{ a }}\n\n", "\t{% set a = 1 %}\t\nx", "x {% set a = 1 %} y",
    "{% for i in l %}\n  {{ i }}\n{% endfor %}\n", "{% for i in l -%}\n  {{ i }}\n{%- endfor %}\n", "{#- x #}\n y", "a {#+ x +#} b", "{%- raw -%}  a  {%- endraw -%}  b",
    "{% generation %}hello{% endgeneration %}", "a{% generation %}b{{ n }}{% endgeneration %}c{% generation %}{% endgeneration %}d", "{% for m in messages %}{{ m.role }}: {% if m.role == 'assistant' %}{% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}\n{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}", "{% set j = joiner() %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}",
    "{% do l %}", "{% include 'x' %}", "{% extends 'x' %}", "{% import 'x' as y %}", "{% nope %}", "{% if %}{% endif %}", "{% for %}", "{{ }}", "{{ n", "{% if n %}", "{% endif %}", "{{ n n }}", "{{ n | }}", "{{ 1 + }}", "{{ 'a }}", "{% set 1 = 2 %}", "{{ (1 }}", "{{ [1, }}", "{{ {1} }}", "{{ a. }}", "{{ 3..b }}", "{% raw %}x", "{# x", "{{ n is }}", "{{ n ! m }}", "{{ $ }}", "{% for i in l %}", "{% else %}", "{% macro %}{% endmacro %}", "{% call n %}{% endcall %}", "{{ not }}", "{% set loop = 1 %}{{ loop }}", "{% for loop in l %}{% endfor %}", "{{ true }}{{ True }}{{ false }}{{ none }}{{ None }}", "{{ l[0, 1] }}", "{{ {'a': 1}['a'] }}", "{{ ('a', 'b')|join }}", "{{ 'a' if n else }}", "{{ n if }}",
    "{{ messages[0]['content'] + bos_token }}", "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% else %}{% set loop_messages = messages %}{% endif %}{% for m in loop_messages %}{{ loop.index0 }}{{ m['role'] }}{% endfor %}",
    "{{- '<|im_start|>' ~ messages[0].role ~ '\\n' ~ messages[0].content | trim ~ '<|im_end|>\\n' }}", "{{ dict(messages[0], **{'x': 1}) }}", "{{ dict(**d) }}", "{{ (1, 2)[0] }}{{ [1, 2,] }}{{ (1,) }}{{ {'a': 1,} }}",
    "{{ 1 < 2 == true }}", "{{ 2 ** 3 ** 2 }}", "{{ -2 ** 2 }}", "{{ 10 - 2 - 3 }}", "{{ 2 * 3 % 4 }}", "{{ 'a' ~ 1 + 2 }}", "{{ 1 + 2 ~ 'a' }}", "{{ not 1 == 2 }}", "{{ 1 if true else 2 if true else 3 }}", "{{ [1, 2] | length + 1 }}", "{{ -1 | abs }}", "{{ 5 is odd and 4 is even }}", "{{ 'x' in 'xyz' ~ 'a' }}",
]


def plain(text):
    return "{{ " + text + " }}"


def result(template, data, masks=True):
    case = {"template": template}
    try:
        compiled = chat_template_utils._compile_jinja_template(template)
        if "{% generation %}" in template and "messages" in data:
            text, ranges = chat_template_utils._render_with_assistant_indices(
                compiled, data["messages"], data.get("tools"), None, False,
                **{k: v for k, v in data.items() if k not in ("messages", "tools", "documents", "add_generation_prompt")})
            case["generated"] = [[len(text[:a].encode()), len(text[:b].encode())] for a, b in ranges if b > a]
        else:
            text = compiled.render(**{"tools": None, "documents": None, "add_generation_prompt": False, **data})
        case["text"] = text
    except Exception as error:  # whatever Python makes of it, it is refused
        case.pop("generated", None)
        case["refused"] = str(error)[:100]
    return case


# A bar between expressions is written without a filter's name before it: they are cut by hand here.
FILTERS = set(jinja2.filters.FILTERS) | {"nofilter"}


def expressions():
    for line in EXPRESSIONS.strip().split("\n"):
        parts = line.split("|")
        current = parts[0]
        for part in parts[1:]:
            name = part.split("(")[0].split(" ")[0].split("[")[0].strip()
            if name in FILTERS and part[:1] != " ":
                current += "|" + part
            else:
                yield current
                current = part
        yield current


def usable(case):
    """Leaves out what prints an address, or what Python alone can."""
    return " at 0x" not in case.get("text", "") and "<bound method" not in case.get("text", "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.random:
        choose = random.Random(options.seed)
        pool = list(expressions())
        filters = sorted(FILTERS - {"random", "pprint", "urlize", "xmlattr", "striptags", "wordwrap", "nofilter"})
        for _ in range(options.random):
            text = choose.choice(pool)
            for _ in range(choose.randrange(3)):
                text = choose.choice([
                    lambda t: f"({t})|{choose.choice(filters)}", lambda t: f"({t}) ~ ({choose.choice(pool)})",
                    lambda t: f"[({t}), ({choose.choice(pool)})]", lambda t: f"({t}) == ({choose.choice(pool)})",
                    lambda t: f"({t}) if ({choose.choice(pool)}) else n", lambda t: f"({t}) and ({choose.choice(pool)})",
                    lambda t: f"({t})[{choose.randrange(-2, 3)}:]", lambda t: f"({t}) in l",
                    lambda t: f"({t})|string|{choose.choice(filters)}", lambda t: f"({t})|list|{choose.choice(filters)}",
                    lambda t: f"({t}) {choose.choice(['+', '*', '-', '<', '%', '//'])} ({choose.choice(pool)})",
                ])(text)
            case = result(plain(text), DATA)
            if usable(case):
                print(json.dumps({**case, "data": DATA}))
        return
    cases = [result(template, DATA) for template in itertools.chain(map(plain, expressions()), TEMPLATES)]
    cases = [{"template": case["template"], **{k: case[k] for k in ("text", "generated") if k in case}}
             for case in cases if usable(case)]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates.json")
    with open(path, "w") as file:
        versions = {"transformers": transformers.__version__, "jinja2": jinja2.__version__}
        json.dump({"versions": versions, "data": DATA, "cases": cases}, file, ensure_ascii=False, indent=0)
        file.write("\n")
    print(len(cases), "cases,", sum("text" not in case for case in cases), "refused")


if __name__ == "__main__":
    main()
