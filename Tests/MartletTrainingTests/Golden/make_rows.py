"""Makes rows/: the tokens and masks that TRL makes of rows of every kind, with two small tokenizers and seven templates.

    .venv/bin/pip install torch transformers==5.23 tokenizers trl==1.16
    .venv/bin/python Tests/MartletTrainingTests/Golden/make_rows.py

rows/bytes and rows/pieces are tokenizers, rows/templates.json the templates by their names. rows/cases.json holds
{"tokenizer", "template", "learn", "row", "ids", "mask"} for instructions, {"tokenizer", "template", "row", "sequences"} for
preferences, as SFTTrainer and RewardTrainer prepare them ("max" is their max_length). With --random N it prints N more
rows of each kind instead, one a line; the tests read them where MARTLET_ROWS names their file.

What TRL has no mask for is made by what it has one for: the turns of a template without generation blocks by the same
template with them, the last turn as the completion of what stands before it. One fault of transformers is mended here
(finish_characters).
"""

import argparse
import json
import os
import random
import sys

import datasets
import jinja2
import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast
from trl import RewardConfig, RewardTrainer, SFTConfig, SFTTrainer
from trl.data_utils import common_prefix_length

datasets.disable_progress_bars()
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows")

WORDS = """the harbour was still when tide came in and gulls rose over grey water she asked how far light might reach
he counted seven boats on shore a martlet never lands they say it sleeps upon wind 3 41 907 naïve café Ωmega 海 鳥 🐦
well, yes; no! (perhaps) "so" it's end.""".split()

MARKS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|head|>", "<|tail|>", "<|turn|>", "<s>", "</s>", "[ASK]", "[/ASK]"]

# Turn marks around role and text.
LINES = """{%- for message in messages %}
{{- '<|im_start|>' + message['role'] + '\\n' }}
{%- if message['role'] == 'assistant' %}GENERATED{{ message['content'] + '<|im_end|>\\n' }}END
{%- else %}{{ message['content'] + '<|im_end|>\\n' }}{% endif %}
{%- if message.note is defined %}{{ '(' + message.note + ')' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"""

# A beginning of text, headers, texts without the space around them, a default system message, tools, a variable.
HEADERS = """{{- bos_token }}
{%- if messages and messages[0]['role'] != 'system' %}{{ '<|head|>system<|tail|>\\n\\nAnswer ' + (style or 'well') + '.<|turn|>' }}{% endif %}
{%- if tools %}{{ '<|head|>tools<|tail|>' + (tools | tojson) + '<|turn|>' }}{% endif %}
{%- for message in messages %}
{{- '<|head|>' + message['role'] + '<|tail|>\\n\\n' }}
{%- if message['role'] == 'assistant' %}GENERATED{{ message['content'] | trim + '<|turn|>' }}END
{%- else %}{{ message['content'] | trim + '<|turn|>' }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|head|>assistant<|tail|>\\n\\n' }}{% endif %}"""

# The question in brackets, and the answer right after them, with a space that may be a part of its first word.
BRACKETS = """{{- bos_token }}
{%- for message in messages %}
{%- if message['role'] == 'assistant' %}GENERATED{{ ' ' + message['content'] + eos_token }}END
{%- else %}{{ '[ASK] ' + message['content'] + ' [/ASK]' }}{% endif %}
{%- endfor %}"""

# What asks for an answer ends with an empty thought, which the whole leaves out.
THOUGHTS = """{%- for message in messages %}
{{- '<|head|>' + message['role'] + '\\n' + message['content'] + '<|turn|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|head|>assistant\\n<|tail|><|tail|>' }}{% endif %}"""


def blocks(template):
    return template.replace("GENERATED", "{% generation %}").replace("END", "{% endgeneration %}")


def plain(template):
    return template.replace("GENERATED", "").replace("END", "")


TEMPLATES = {
    "lines": plain(LINES), "lines-blocks": blocks(LINES), "headers": plain(HEADERS), "headers-blocks": blocks(HEADERS),
    "brackets": plain(BRACKETS), "brackets-blocks": blocks(BRACKETS), "thoughts": THOUGHTS,
}


def sentence(draw, most=9):
    text = ""
    for _ in range(draw.randint(1, most)):
        text += draw.choice(["", "", " ", " ", " ", "\n", "  ", "-"]) + draw.choice(WORDS)
    return draw.choice(["", "", "", " ", "\n", "\n\n"]) + text + draw.choice(["", "", "", " ", "\n", "."])


def make_tokenizers():
    draw = random.Random(1)
    text = [sentence(draw, 40) for _ in range(400)]
    lines = tokenizers.Tokenizer(models.BPE())
    lines.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    lines.decoder = decoders.ByteLevel()
    lines.train_from_iterator(text, trainers.BpeTrainer(
        vocab_size=400, special_tokens=MARKS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    pieces = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    pieces.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    pieces.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    pieces.train_from_iterator([line.split("\n")[0] for line in text], trainers.BpeTrainer(
        vocab_size=700, special_tokens=["<unk>"] + MARKS + [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False))
    # The bytes are no marks: they must not be found in a text.
    definition = json.loads(pieces.to_str())
    definition["added_tokens"] = [t for t in definition["added_tokens"] if not t["content"].startswith("<0x")]
    pieces = tokenizers.Tokenizer.from_str(json.dumps(definition))
    begin = pieces.token_to_id("<s>")
    pieces.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", begin)])
    return {
        "bytes": PreTrainedTokenizerFast(tokenizer_object=lines, eos_token="<|endoftext|>", bos_token="<|endoftext|>", pad_token="<|endoftext|>"),
        "pieces": PreTrainedTokenizerFast(tokenizer_object=pieces, eos_token="</s>", bos_token="<s>", unk_token="<unk>", pad_token="</s>"),
    }


def conversation(draw, ends_with_answer=True):
    messages = [{"role": "system", "content": sentence(draw)}] if draw.random() < 0.4 else []
    for _ in range(draw.randint(1, 3)):
        messages.append({"role": "user", "content": sentence(draw), "name": None})
        messages.append({"role": "assistant", "content": sentence(draw)})
        if draw.random() < 0.3:
            messages[-1]["note"] = None
    return messages if ends_with_answer else messages[:-1]


def texts(draw):
    """A prompt and an answer cut anywhere, sometimes laid out by hand, sometimes with an end of its own."""
    if draw.random() < 0.3:
        return f"<|im_start|>user\n{sentence(draw)}<|im_end|>\n<|im_start|>assistant\n", sentence(draw) + "<|im_end|>"
    text = sentence(draw, 14)
    place = draw.randint(0, len(text) - 1)
    prompt, answer = text[:place], text[place:]
    if not answer.strip():
        answer += "end"
    return prompt, answer + (draw.choice(["<|endoftext|>", "</s>"]) if draw.random() < 0.2 else "")


def writes(tokenizer, template, *roles):
    """Whether a template takes contents that are texts, which those of models of images may not, of some roles."""
    try:
        messages = [{"role": role, "content": "q"} for role in roles]
        tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False)
        return True
    except jinja2.TemplateError:
        return False


def variables(draw, template):
    if not template.startswith("headers"):
        return {}
    tools = [{"type": "function", "function": {"name": "count", "description": sentence(draw, 3)}}]
    return {"tools": json.dumps(tools), "chat_template_kwargs": {"style": "in brief"}}


def prepared(trainer_class, config_class, tokenizer, template, rows, **settings):
    """The data set as a trainer prepares it, without the model that making a whole trainer asks for."""
    trainer = trainer_class.__new__(trainer_class)
    trainer._tokenizer, trainer.chat_template = tokenizer, template
    only = settings.pop("completion_only_loss", True)
    trainer.completion_only_loss = only
    config = config_class(output_dir="unused", report_to=[], use_cpu=True, bf16=False, **settings)
    dataset = datasets.Dataset.from_list(rows)
    tokenizer.chat_template = template
    if trainer_class is RewardTrainer:
        return list(trainer._prepare_dataset(dataset, tokenizer, config, "train"))
    return list(trainer._prepare_dataset(dataset, tokenizer, config, False, None, "train"))


def instructed(tokenizer, template, rows, **settings):
    found = prepared(SFTTrainer, SFTConfig, tokenizer, template, rows, **({"max_length": None} | settings))
    masked = [(row["input_ids"], [int(label != -100) for label in row["labels"]]) for row in found]
    if settings.get("assistant_only_loss"):
        for row, (ids, mask) in zip(rows, masked):
            finish_characters(tokenizer, row, ids, mask)
    return masked


def last_turns(tokenizer, template, rows):
    """Of the masks of generation blocks what comes after the messages before the last, which is an answer."""
    found = []
    for row, (ids, mask) in zip(rows, instructed(tokenizer, template, rows, assistant_only_loss=True)):
        before = tokenizer.apply_chat_template(
            row["messages"][:-1], tools=json.loads(row.get("tools", "null")), return_dict=False,
            **row.get("chat_template_kwargs", {}))
        start = common_prefix_length(before, ids)
        found.append((ids, [0] * start + mask[start:]))
    return found


def finish_characters(tokenizer, row, ids, mask):
    """Where the last character of a block is several tokens, the mask of transformers ends with the first of them: its
    char_to_token knows no other. The rest of the character is the block's too."""
    messages = row.get("messages") or row["prompt"] + row["completion"]
    text = tokenizer.apply_chat_template(
        messages, tools=json.loads(row.get("tools", "null")), tokenize=False, **row.get("chat_template_kwargs", {}))
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    assert encoded["input_ids"] == ids
    for place in range(1, len(ids)):
        if mask[place - 1] and encoded["offset_mapping"][place] == encoded["offset_mapping"][place - 1]:
            mask[place] = 1


def instruction_cases(draw, names, count):
    for name, tokenizer in names.items():
        pairs = [dict(zip(("prompt", "completion"), texts(draw))) for _ in range(2 * count)]
        wholes = [{"text": "".join(texts(draw))} for _ in range(count)]
        for part, rows in (("completion", pairs), ("everything", pairs), ("completion", wholes)):
            found = instructed(tokenizer, LINES, rows, completion_only_loss=part == "completion")
            for row, (ids, mask) in zip(rows, found):
                yield {"tokenizer": name, "template": None, "learn": part, "row": row, "ids": ids, "mask": mask}
        for template_name, template in TEMPLATES.items():
            if not writes(tokenizer, template, "user", "assistant"):
                print(template_name, "does not write texts", file=sys.stderr)
                continue
            has_blocks = template_name.endswith("-blocks")
            masked = template if has_blocks else TEMPLATES.get(template_name + "-blocks")
            extra = variables(draw, template_name)
            rows = [{"messages": conversation(draw)} | extra for _ in range(count)]
            if not writes(tokenizer, template, "system", "user"):
                rows = [row | {"messages": [m for m in row["messages"] if m["role"] != "system"]} for row in rows]
            split = []
            for row in rows:
                most = 1 if draw.random() < 0.7 else len(row["messages"]) // 2
                place = max(i for i, m in enumerate(row["messages"]) if m["role"] == "user" and len(row["messages"]) - i > most) + 1 \
                    if most > 1 and any(m["role"] == "user" and len(row["messages"]) - i > most for i, m in enumerate(row["messages"])) \
                    else len(row["messages"]) - 1
                split.append({"prompt": row["messages"][:place], "completion": row["messages"][place:]} | extra)
            last = [{"prompt": row["messages"][:-1], "completion": row["messages"][-1:]} | extra for row in rows]
            kinds = [("everything", rows, instructed(tokenizer, template, rows)),
                     ("completion", split, instructed(tokenizer, template, split)),
                     ("everything", split, instructed(tokenizer, template, split, completion_only_loss=False)),
                     ("last-turn", rows, last_turns(tokenizer, template, rows) if has_blocks
                      else instructed(tokenizer, template, last))]
            if masked:
                kinds += [("assistant", rows, instructed(tokenizer, masked, rows, assistant_only_loss=True)),
                          ("assistant", split, instructed(tokenizer, masked, split, assistant_only_loss=True))]
            for part, given, found in kinds:
                for row, (ids, mask) in zip(given, found):
                    yield {"tokenizer": name, "template": template_name, "learn": part, "row": row, "ids": ids, "mask": mask}
        # Cut at the end: rows of which nothing learned is left are dropped.
        for row in pairs:
            whole = instructed(tokenizer, LINES, [row])[0][0]
            most = max(2, len(whole) - draw.randint(1, 4))
            found = instructed(tokenizer, LINES, [row], max_length=most)
            ids, mask = found[0] if found else ([], [])
            yield {"tokenizer": name, "template": None, "learn": "completion", "row": row, "max": most, "ids": ids, "mask": mask}


def preference_cases(draw, names, count):
    for name, tokenizer in names.items():
        def add(template_name, rows):
            template = TEMPLATES.get(template_name, LINES)
            found = prepared(RewardTrainer, RewardConfig, tokenizer, template, rows, max_length=None)
            for row, ids in zip(rows, found):
                yield {"tokenizer": name, "template": template_name, "row": row, "sequences": [ids["chosen_ids"], ids["rejected_ids"]]}
        rows = []
        for _ in range(count):
            prompt, answer = texts(draw)
            rows.append({"prompt": prompt, "chosen": answer, "rejected": sentence(draw) + "2"})
        yield from add(None, rows)
        for template_name in [name for name in ("lines", "headers-blocks", "brackets") if name in TEMPLATES]:
            rows = []
            for _ in range(count):
                prompt, answer = conversation(draw, False), {"role": "assistant", "content": sentence(draw)}
                other = {"role": "assistant", "content": sentence(draw) + "2"}
                rows.append({"prompt": prompt, "chosen": [answer], "rejected": [other]})
            yield from add(template_name, rows)
            yield from add(template_name, [
                {"chosen": row["prompt"] + row["chosen"], "rejected": row["prompt"] + row["rejected"]} for row in rows])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--templates", help="take the .jinja files of this folder in place of the own templates")
    options = parser.parse_args()
    if options.templates:
        TEMPLATES.clear()
        for name in sorted(os.listdir(options.templates)):
            if name.endswith(".jinja"):
                with open(os.path.join(options.templates, name)) as file:
                    source = file.read()
                TEMPLATES[name + ("-blocks" if "generation %}" in source else "")] = source
    draw = random.Random(options.seed)
    names = make_tokenizers()
    count = options.random or 2
    cases = list(instruction_cases(draw, names, count)) + list(preference_cases(draw, names, count))
    if options.random:
        for case in cases:
            if options.templates and case["template"]:
                case["source"] = TEMPLATES[case["template"]]
            print(json.dumps(case, ensure_ascii=False))
        return
    os.makedirs(FOLDER, exist_ok=True)
    for name, tokenizer in names.items():
        folder = os.path.join(FOLDER, name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "tokenizer.json"), "w") as file:
            file.write(tokenizer.backend_tokenizer.to_str())
        with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
            json.dump({key: value for key, value in tokenizer.special_tokens_map.items()}, file)
    with open(os.path.join(FOLDER, "templates.json"), "w") as file:
        json.dump(TEMPLATES, file, indent=1, ensure_ascii=False)
    with open(os.path.join(FOLDER, "cases.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases) + "\n]\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
