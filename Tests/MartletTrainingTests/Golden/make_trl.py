"""Makes the runs of TRL's SFTTrainer and RewardTrainer that Martlet must follow.

    python make_trl.py

writes, into `against-trl/` beside itself:

- `tokenizer.json`, `tokenizer_config.json`, `chat_template.jinja`: a byte-level BPE learned from the rows, with a
  ChatML-like template of ours whose generation blocks hold each answer and its `<|im_end|>`;
- `ROWS.jsonl` and `ROWS.held-out.jsonl`: rows, all invented below;
- `tokens.json`: for each way of reading rows (`instructions completion`, …) the rows as TRL tokenises them, those held
  out last: of instructions `ids` and the `learned` token places as [first, end) pairs, of preferences `chosen` and
  `rejected`;
- `llama.json`, `gpt2.json`: for a form of the decoder, `language_model` and `reward_model` with the `config.json` and
  the names and shapes of the tensors that transformers writes; their numbers are not kept: `value` below computes them
  from the name, and so does the test; and `runs`, each with its options, the `losses` of its 20 steps, each before its
  update, and what the trained model makes of the rows held out: `held_out_losses`, the mean loss of each row's learned
  tokens, or `held_out_rewards`, [chosen, rejected]. A run with an adapter has its `adapter_config.json` in `adapter`,
  and in `adapter_tensors` the names and shapes of its file; A and a score head come from `value`, and B is zero.

How a recipe of Martlet follows TRL, as far as one can follow the other:

- linear schedule to 0 without warm-up: `--schedule linear --minimum-learning-rate 0 --warmup 0`. Both take step s of S,
  counted from 0, at peak · (1 − s / S).
- AdamW with `--beta1 0.9 --beta2 0.999 --weight-decay 0.01`; the epsilon of both is 1e-8. transformers decays
  everything but biases and weights of norms, which is Martlet's rule of matrices alone: tables of embeddings and
  positions, heads and A and B decay in both. DoRA's magnitude, a vector, decays in TRL alone: these runs have no decay;
  with one of 0.01 the losses below would differ by up to 6e-4.
- `--clip 1` is `max_grad_norm`, with the same 1e-6 in the divisor.
- `--batch-size` is TRL's batch size times its gradient accumulation. The mean is taken over the learned tokens (or
  pairs) of the whole step, as TRL does by `num_items_in_batch`; a first token has nothing that predicts it and is not
  counted by either. But transformers knows this only of classes named `…ForCausalLM` (since its pull request 46204), so
  that **everything of a `GPT2LMHeadModel` is divided by too many tokens**, one more a row. These runs tell it that GPT-2
  is one of them, but for "everything, first tokens counted", which the test follows with the losses so divided.
- no shuffling, and as many rows as fill the batches: transformers ends an epoch with a smaller batch, Martlet goes on
  into the next epoch. No dropout: the random numbers of both are their own.
- texts: end-of-text is added to the completion (or answer) that lacks it; a template writes its own ends. The completion
  begins where the tokens of the whole part from those of the prompt alone, which may be before the border when what
  follows changes how the end of the prompt is cut; some of the rows below are such.
- `completion` is `completion_only_loss`, `assistant` is `assistant_only_loss`, `everything` neither. What is longer than
  the context is cut at its end in both (`max_length`, `--context N --truncate`); TRL drops rows of which nothing to learn
  is left, and its RewardTrainer those with an answer that is longer, as `--skip-bad-rows` does.
- RewardTrainer's `center_rewards_coefficient` is the centring of Bradley–Terry, its column `margin` the margin. Rewards
  are read at the last token that is not the pad token: **where end-of-text is the pad token, too, TRL reads a text's
  reward one token too early**, so these runs have a pad token of their own for preferences. Without centring the loss
  does not see the level of rewards, and what moves it (a final norm's bias) has a gradient of rounding alone, which
  AdamW makes a step of the usual size: compare differences of rewards.
- the tokenizer must be the one of `tokenizer.json`: AutoTokenizer gives some families (Qwen2) the rules of the released
  models, whatever the file says.
- small gradients: where a model's own weights are small, those of queries and keys are little more than rounding, which
  AdamW brings to the size of a step; TRL then differs from itself with another implementation of attention by as much.
- experts: TRL adds the balancing loss to the loss it reports, counts each row's last token in it, which Martlet does not
  read, and leaves it out of its RewardTrainer. With `--balance 0` and `router_aux_loss_coef=0` both are the same.
- adapters: A is drawn at random by both, so the test sets it; B starts at zero. PEFT keeps the head of a language model
  as it is, and trains the score head only with `modules_to_save=["score"]`. GPT-2's query, key and value are one module
  with one A (`c_attn`), in both.

Everything is float32 on the CPU and seeded; the rows, the tokens and the starts are the same on any machine, the losses
but for rounding. Needs trl, peft, transformers, torch, tokenizers, datasets and numpy (made with trl 1.16.0, peft 0.21.2,
transformers 5.23.0, torch 2.15.0, tokenizers 0.23.3).
"""

import json
import os
import pathlib
import random
import sys
import tempfile
import warnings

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import datasets
import numpy
import peft
import tokenizers
import torch
import transformers
import trl
from safetensors import safe_open

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE / "against-trl"
sys.path.insert(0, str(HERE.parent.parent / "MartletModelTests" / "Golden"))
from make_families import uniform  # noqa: E402

END_OF_TEXT, START, END, PAD = "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>"
TEMPLATE = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message['role'] + '\\n' -}}
{%- if message['role'] == 'assistant' -%}
{%- generation -%}{{- message['content'] + '<|im_end|>' -}}{%- endgeneration -%}
{{- '\\n' -}}
{%- else -%}
{{- message['content'] + '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""
VOCABULARY = 400
CONTEXT = 256
TRAINING_ROWS, HELD_OUT_ROWS = 40, 8
STEPS = 20

# Rows


class Inventor:
    """Makes up questions with better and worse answers."""

    things = ["gull", "harbour", "lantern", "meadow", "kettle", "river", "sparrow", "orchard", "café", "violin"]
    colours = ["grey", "amber", "green", "dark blue", "white", "rosé"]
    places = ["by the sea", "under the bridge", "in the old town", "at the mill", "behind the school 🏫"]

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def question(self) -> tuple[str, str, str]:
        """A question, an answer, and a worse one."""
        pick, number = self.random.choice, self.random.randint
        thing, colour, place = pick(self.things), pick(self.colours), pick(self.places)
        kind = number(0, 4)
        if kind == 0:
            return f"What colour is the {thing} {place}?", f"It is {colour}.", "Who knows."
        if kind == 1:
            a, b = number(1, 30), number(1, 30)
            return f"Add {a} and {b}.", f"{a} + {b} = {a + b}", f"{a} + {b} = {a + b + number(1, 3)}, I think"
        if kind == 2:
            count = number(2, 9)
            return (
                f"Say {thing} {count} times.",
                " ".join([thing] * count),
                " ".join([thing] * number(1, 2)) + " and so on…",
            )
        if kind == 3:
            story = f"There was a {thing} {place}. " + " ".join(
                f"It met a {pick(self.colours)} {pick(self.things)} {pick(self.places)}." for _ in range(number(1, 3))
            )
            return f"Tell me a story.\nIt should have a {thing} in it.", story, f"No. Ask the {pick(self.things)}."
        return f"Where is the {thing}?", f"The {thing} is {place}, next to the {pick(self.things)}.", "日本 or so"

    def instruction(self) -> dict:
        question, answer, _ = self.question()
        # The border of prompt and completion: on a line, in a line, within a token, within a word that tokens cut
        # otherwise when it is whole, and with an end that is there.
        whole = f"{question} {answer}"
        place = self.random.randint(4, len(whole) - 2)
        prompt, completion = self.random.choice(
            [
                (question + "\n", answer),
                (f"Q: {question} A:", " " + answer),
                (f"Q: {question} A: ", answer),
                (question + "\n\n", answer + END_OF_TEXT),
                (whole[:place], whole[place:]),
            ]
        )
        return {"prompt": prompt, "completion": completion}

    def turns(self, count: int) -> list[dict]:
        messages = []
        if self.random.random() < 0.4:
            messages.append({"role": "system", "content": f"You are a {self.random.choice(self.things)}."})
        for _ in range(count):
            question, answer, _ = self.question()
            messages.append({"role": "user", "content": question})
            messages.append({"role": "assistant", "content": answer})
        return messages

    def conversation(self) -> dict:
        messages = self.turns(self.random.choice([1, 1, 2, 3]))
        if self.random.random() < 0.2:
            messages.append({"role": "user", "content": "Thanks!"})
        return {"messages": messages}

    def conversational_instruction(self) -> dict:
        messages = self.turns(self.random.choice([1, 2]))
        return {"prompt": messages[:-1], "completion": messages[-1:]}

    def text(self) -> dict:
        question, answer, _ = self.question()
        return {"text": f"{question}\n{answer}\n"}

    def preference(self) -> dict:
        question, answer, worse = self.question()
        return {
            "prompt": question + "\n",
            "chosen": answer,
            "rejected": worse,
            "margin": self.random.randint(0, 8) / 4,
        }

    def conversational_preference(self) -> dict:
        question, answer, worse = self.question()
        return {
            "prompt": self.turns(self.random.choice([0, 1])) + [{"role": "user", "content": question}],
            "chosen": [{"role": "assistant", "content": answer}],
            "rejected": [{"role": "assistant", "content": worse}],
        }


def invent_rows() -> dict[str, list[dict]]:
    """All rows by their file's name, those held out last."""
    makers = {
        "instructions": Inventor.instruction,
        "conversational-instructions": Inventor.conversational_instruction,
        "conversations": Inventor.conversation,
        "texts": Inventor.text,
        "margins": Inventor.preference,
        "conversational-preferences": Inventor.conversational_preference,
    }
    rows = {}
    for seed, (name, make) in enumerate(makers.items(), start=1):
        inventor = Inventor(seed)
        rows[name] = [make(inventor) for _ in range(TRAINING_ROWS + HELD_OUT_ROWS)]
    rows["preferences"] = [{k: v for k, v in row.items() if k != "margin"} for row in rows["margins"]]
    return rows


def write_rows(rows: dict[str, list[dict]], folder: pathlib.Path) -> None:
    for name, all_rows in rows.items():
        for suffix, some in (("", all_rows[:TRAINING_ROWS]), (".held-out", all_rows[TRAINING_ROWS:])):
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in some]
            (folder / f"{name}{suffix}.jsonl").write_text("".join(lines))


# Tokenizer and models


def contents(value: object) -> list[str]:
    """Every text in a row."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, inner in value.items() if key != "role" for text in contents(inner)]
    return [text for inner in value for text in contents(inner)] if isinstance(value, list) else []


def make_tokenizer(rows: dict[str, list[dict]]) -> transformers.PreTrainedTokenizerFast:
    bpe = tokenizers.Tokenizer(tokenizers.models.BPE())
    bpe.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT, START, END, PAD],
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [text.replace(END_OF_TEXT, "") for text in contents(list(rows.values()))]
    bpe.train_from_iterator(texts + ["system", "user", "assistant"] * 40, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=bpe, eos_token=END_OF_TEXT, pad_token=END_OF_TEXT, clean_up_tokenization_spaces=False
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def configuration(form: str, vocabulary: int, **others) -> transformers.PretrainedConfig:
    """Small decoders without dropout."""
    common = {"vocab_size": vocabulary, "bos_token_id": None, "eos_token_id": 0, "pad_token_id": None, **others}
    if form == "gpt2":
        dropout = dict.fromkeys(["resid_pdrop", "embd_pdrop", "attn_pdrop"], 0.0)
        return transformers.GPT2Config(
            n_positions=CONTEXT, n_embd=32, n_layer=2, n_head=4, **dropout, **common
        )
    kind, own = FORMS[form]
    return kind(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=CONTEXT,
        **({} if form == "gpt_neox" else {"num_key_value_heads": 2}),
        **own,
        **common,
    )


# Those below gpt2 and llama are for Scripts/check_trl.py alone.
FORMS = {
    "llama": (transformers.LlamaConfig, {"tie_word_embeddings": False}),
    "qwen2": (transformers.Qwen2Config, {"tie_word_embeddings": True}),
    "qwen3": (transformers.Qwen3Config, {"head_dim": 8}),
    "mistral": (transformers.MistralConfig, {"head_dim": 8, "sliding_window": 16}),
    "gemma2": (transformers.Gemma2Config, {"head_dim": 8, "sliding_window": 16, "final_logit_softcapping": 5.0}),
    "phi3": (transformers.Phi3Config, {}),
    "granite": (transformers.GraniteConfig, {"logits_scaling": 2.0, "residual_multiplier": 0.7}),
    "starcoder2": (transformers.Starcoder2Config, {"residual_dropout": 0.0, "embedding_dropout": 0.0}),
    "gpt_neox": (transformers.GPTNeoXConfig, {"attention_dropout": 0.0, "hidden_dropout": 0.0}),
    "olmo2": (transformers.Olmo2Config, {}),
    "mixtral": (transformers.MixtralConfig, {"num_local_experts": 4, "router_aux_loss_coef": 0.0}),
}


def value(name: str, shape: list[int]) -> numpy.ndarray:
    """A tensor of a start: uniform numbers made from its name, so that nothing can be left out unseen."""
    numbers = uniform(name, int(numpy.prod(shape))).reshape(shape)
    if len(shape) > 1:
        return numbers * numpy.float32(0.2)
    return numbers * numpy.float32(0.1) + numpy.float32(0 if name.endswith("bias") else 1)


def stored(model: torch.nn.Module) -> dict[str, list[int]]:
    """The tensors that `save_pretrained` writes, and their shapes."""
    with tempfile.TemporaryDirectory() as directory:
        model.save_pretrained(directory)
        (file,) = pathlib.Path(directory).glob("*.safetensors")
        with safe_open(file, "pt") as tensors:
            return {name: list(tensors.get_slice(name).get_shape()) for name in sorted(tensors.keys())}


def make_model(form: str, vocabulary: int, is_reward: bool) -> tuple[torch.nn.Module, dict[str, list[int]]]:
    """A model at its start, and the tensors of its file."""
    torch.manual_seed(0)
    kind = transformers.AutoModelForSequenceClassification if is_reward else transformers.AutoModelForCausalLM
    others = {"num_labels": 1} if is_reward else {}
    model = kind.from_config(
        configuration(form, vocabulary, **others), attn_implementation="eager", dtype=torch.float32
    )
    shapes = stored(model)
    state = {name: torch.from_numpy(value(name, shape)) for name, shape in shapes.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    if form == "gpt2" and not is_reward:
        model.loss_type = "ForCausalLM"
    return model, shapes


ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
LAYERS = {
    "gpt2": ["c_attn", "c_fc", "c_proj"],
    "qwen2": ["q_proj", "v_proj", "up_proj"],
    "phi3": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"],
    "starcoder2": [*ATTENTION, "c_fc", "c_proj"],
    "gpt_neox": ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
    "mixtral": ATTENTION,
}


def adaptation(form: str, is_reward: bool, **others) -> peft.LoraConfig:
    return peft.LoraConfig(
        r=4,
        lora_alpha=8,
        lora_dropout=0.0,
        bias="none",
        target_modules=LAYERS.get(form, [*ATTENTION, "gate_proj", "up_proj", "down_proj"]),
        fan_in_fan_out=form == "gpt2",
        task_type="SEQ_CLS" if is_reward else "CAUSAL_LM",
        modules_to_save=["score"] if is_reward else None,
        **others,
    )


def start_adapter(model: peft.PeftModel, start: dict[str, torch.Tensor] | None) -> None:
    """Gives each A its numbers: those of a file, or those that belong to its name in one."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if ".lora_A." in name:
                name = name.replace(".default", "")
                numbers = torch.from_numpy(value(name, list(parameter.shape))) if start is None else start[name]
                parameter.copy_(numbers)


# Training

COMMON = {
    "max_steps": STEPS,
    "lr_scheduler_type": "linear",
    "warmup_steps": 0,
    "optim": "adamw_torch",
    "adam_beta1": 0.9,
    "adam_beta2": 0.999,
    "adam_epsilon": 1e-8,
    "weight_decay": 0.01,
    "max_grad_norm": 1.0,
    "max_length": CONTEXT,
    "train_sampling_strategy": "sequential",
    "bf16": False,
    "gradient_checkpointing": False,
    "use_cpu": True,
    "seed": 0,
    "save_strategy": "no",
    "logging_strategy": "no",
    "report_to": "none",
    "disable_tqdm": True,
}


def following(trainer_class: type) -> type:
    """A trainer that keeps the loss of each of its steps."""

    class Following(trainer_class):
        kept: list[list[float]]

        def training_step(self, *arguments, **others):
            loss = super().training_step(*arguments, **others)
            if self.current_micro_step == 0:
                self.kept.append([])
            # transformers adds up the parts of an accumulated step as they are.
            self.kept[-1].append(loss.double().item())
            self.current_micro_step = (self.current_micro_step + 1) % self.args.gradient_accumulation_steps
            return loss

        def train(self, *arguments, **others):
            self.kept, self.current_micro_step = [], 0
            return super().train(*arguments, **others)

        @property
        def losses(self) -> list[float]:
            return [sum(parts) for parts in self.kept]

    return Following


def train(
    model: torch.nn.Module,
    tokenizer: transformers.PreTrainedTokenizerBase,
    rows: list[dict],
    *,
    is_reward: bool,
    options: dict,
    adapter: peft.LoraConfig | None = None,
    start: dict[str, torch.Tensor] | None = None,
):
    """A trainer of TRL that has taken its steps.

    `start` holds an adapter's matrices A by their names in its file.
    """
    kind, arguments = (trl.RewardTrainer, trl.RewardConfig) if is_reward else (trl.SFTTrainer, trl.SFTConfig)
    if is_reward:
        options = {"pad_token": PAD, **options}
    with tempfile.TemporaryDirectory() as directory:
        trainer = following(kind)(
            model=model,
            args=arguments(output_dir=directory, **COMMON | options),
            train_dataset=datasets.Dataset.from_list(rows),
            processing_class=tokenizer,
            peft_config=adapter,
        )
        trainer.remove_callback(transformers.PrinterCallback)
        if adapter is not None:
            start_adapter(trainer.model, start)
        trainer.train()
    assert len(trainer.losses) == trainer.args.max_steps
    size = trainer.args.per_device_train_batch_size * trainer.args.gradient_accumulation_steps
    assert len(trainer.train_dataset) % size == 0, "the last batch of an epoch would be smaller"
    return trainer


def prepared(trainer, rows: list[dict]) -> list[dict]:
    """Rows as the trainer tokenises them."""
    dataset = datasets.Dataset.from_list(rows)
    if isinstance(trainer, trl.RewardTrainer):
        found = trainer._prepare_dataset(dataset, trainer.processing_class, trainer.args, "held-out")
        return [{"chosen": row["chosen_ids"], "rejected": row["rejected_ids"]} for row in found]
    found = trainer._prepare_dataset(dataset, trainer.processing_class, trainer.args, False, None, "held-out")
    return [{"ids": row["input_ids"], "learned": spans(row["labels"])} for row in found]


def spans(labels: list[int]) -> list[list[int]]:
    """The places that are learned, as [first, end) pairs."""
    found: list[list[int]] = []
    for place, label in enumerate(labels):
        if label == -100:
            continue
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return found


@torch.no_grad()
def loss_of(model: torch.nn.Module, row: dict) -> float:
    """The mean loss of a row's learned tokens."""
    ids = torch.tensor(row["ids"])
    logits = model(input_ids=ids[None]).logits[0].double()
    learned = [t for first, end in row["learned"] for t in range(max(first, 1), end)]
    chosen = logits[:-1].log_softmax(-1)[torch.tensor(learned) - 1, ids[learned]]
    return -chosen.mean().item()


@torch.no_grad()
def reward_of(model: torch.nn.Module, ids: list[int]) -> float:
    return model(input_ids=torch.tensor([ids])).logits.item()


# What is written

# Of each way of reading rows: the trainer's options.
READINGS = {
    "instructions completion": {"completion_only_loss": True},
    "instructions everything": {"completion_only_loss": False},
    "instructions cut": {"completion_only_loss": True, "max_length": 24},
    "conversational-instructions completion": {"completion_only_loss": True},
    "conversational-instructions assistant": {"completion_only_loss": True, "assistant_only_loss": True},
    "conversations assistant": {"assistant_only_loss": True},
    "conversations everything": {},
    "texts everything": {},
    "preferences": {},
    "preferences short": {"max_length": 34},
    "margins": {},
    "conversational-preferences": {},
}
PLAIN = {"per_device_train_batch_size": 4}
PAIRS = {"per_device_train_batch_size": 2}
PARTS = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 2}
FIRST_TOKENS = ", first tokens counted"
# Of each run: how rows are read, the options beside those, and an adapter's.
RUNS = {
    "completion": ("instructions completion", PLAIN, None),
    "completion, adapted": ("instructions completion", PLAIN, {}),
    "completion, cut": ("instructions cut", PAIRS, None),
    "completion, in parts": ("instructions completion", PARTS, None),
    "conversational completion": ("conversational-instructions completion", PLAIN, None),
    "conversational completion, assistant": ("conversational-instructions assistant", PLAIN, None),
    "assistant": ("conversations assistant", PLAIN, None),
    "assistant, adapted": ("conversations assistant", PLAIN, {}),
    "assistant, rank-stabilised": ("conversations assistant", PLAIN, {"use_rslora": True}),
    "assistant, decomposed": ("conversations assistant", PLAIN | {"weight_decay": 0.0}, {"use_dora": True}),
    "everything": ("conversations everything", PLAIN, None),
    "everything, adapted": ("conversations everything", PLAIN, {}),
    "everything" + FIRST_TOKENS: ("conversations everything", PLAIN, None),
    "everything of instructions": ("instructions everything", PLAIN, None),
    "everything of texts": ("texts everything", PARTS, None),
    "preferences": ("preferences", PLAIN, None),
    "preferences, adapted": ("preferences", PLAIN, {}),
    "preferences, short": ("preferences short", PAIRS, None),
    "margins": ("margins", PLAIN, None),
    "margins, adapted": ("margins", PLAIN, {}),
    "centred": ("preferences", PLAIN | {"center_rewards_coefficient": 0.05}, None),
    "centred, adapted": ("preferences", PLAIN | {"center_rewards_coefficient": 0.05}, {}),
    "conversational preferences": ("conversational-preferences", PARTS, None),
    "conversational preferences, decomposed": (
        "conversational-preferences",
        PLAIN | {"weight_decay": 0.0},
        {"use_dora": True},
    ),
}


def versions() -> dict[str, str]:
    return {kind.__name__: kind.__version__ for kind in (trl, peft, transformers, torch, tokenizers, datasets)}


def compact(value: object) -> str:
    """JSON with one line for each thing that is a list of numbers or shorter than a line."""

    def text(value: object, indent: str) -> str:
        plain = json.dumps(value, ensure_ascii=False)
        is_leaf = isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value)
        if len(plain) < 100 or is_leaf or not isinstance(value, (dict, list)):
            return plain
        inner = indent + " "
        if isinstance(value, dict):
            parts = [f"{inner}{json.dumps(key)}: {text(one, inner)}" for key, one in value.items()]
            return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
        return "[\n" + ",\n".join(inner + text(one, inner) for one in value) + f"\n{indent}]"

    return text(value, "") + "\n"


def run(form: str, name: str, vocabulary: int, tokenizer, rows: dict[str, list[dict]]) -> tuple[dict, list[dict]]:
    """A run's golden values, and all its rows as TRL tokenises them."""
    reading, options, adapter = RUNS[name]
    file = reading.split(" ")[0]
    is_reward = file.endswith(("preferences", "margins"))
    options = {"learning_rate": 1e-2 if adapter is not None else 3e-3, **options, **READINGS[reading]}
    model, _ = make_model(form, vocabulary, is_reward)
    if name.endswith(FIRST_TOKENS):
        model.loss_type = None
    lora = None if adapter is None else adaptation(form, is_reward, **adapter)
    trainer = train(
        model, tokenizer, rows[file][:TRAINING_ROWS], is_reward=is_reward, options=options, adapter=lora
    )
    tokens = prepared(trainer, rows[file])
    held_out = prepared(trainer, rows[file][TRAINING_ROWS:])
    model = trainer.model.eval()
    golden = {"reading": reading, "options": COMMON | options, "losses": trainer.losses}
    if is_reward:
        golden["held_out_rewards"] = [
            [reward_of(model, row["chosen"]), reward_of(model, row["rejected"])] for row in held_out
        ]
    else:
        golden["held_out_losses"] = [loss_of(model, row) for row in held_out]
    if lora is not None:
        settings = lora.to_dict()
        settings = {key: sorted(v) if isinstance(v, set) else v for key, v in settings.items()}
        golden["adapter"] = {
            key: settings[key]
            for key in (
                "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "bias", "target_modules",
                "fan_in_fan_out", "modules_to_save", "use_rslora", "use_dora",
            )
        }
        golden["adapter_tensors"] = stored(trainer.model)
    return golden, tokens


def main() -> None:
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    torch.set_num_threads(1)
    print(", ".join(f"{name} {version}" for name, version in versions().items()))
    GOLDEN.mkdir(exist_ok=True)
    rows = invent_rows()
    tokenizer = make_tokenizer(rows)
    tokenizer.save_pretrained(GOLDEN)
    write_rows(rows, GOLDEN)
    all_tokens: dict[str, list[dict]] = {}
    for form in ("llama", "gpt2"):
        golden: dict = {"versions": versions()}
        for key, is_reward in (("language_model", False), ("reward_model", True)):
            model, shapes = make_model(form, len(tokenizer), is_reward)
            config = json.loads(model.config.to_json_string())
            golden[key] = {"config": config, "tensors": shapes}
        golden["runs"] = {}
        for name in RUNS:
            if form != "gpt2" and name.endswith(FIRST_TOKENS):
                continue
            golden["runs"][name], tokens = run(form, name, len(tokenizer), tokenizer, rows)
            assert all_tokens.setdefault(RUNS[name][0], tokens) == tokens
            losses = golden["runs"][name]["losses"]
            print(f"{form}, {name}: {losses[0]:.4f} -> {losses[-1]:.4f}", flush=True)
        (GOLDEN / f"{form}.json").write_text(compact(golden))
    (GOLDEN / "tokens.json").write_text(compact(all_tokens))


if __name__ == "__main__":
    main()
