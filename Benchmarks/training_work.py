"""The training steps that are compared: models of GPT-2's form, their batches, and the goals."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Work:
    """A model, its batch, and how many times as fast as each side Martlet is to be."""

    name: str
    sizes: tuple  # layers, heads, width, vocabulary
    batch: int
    context: int
    precision: str = "float32"
    goals: tuple = ()  # eager, compiled
    # The short name for --lines, and the steps of a turn.
    key: str = ""
    steps: int = 1

    @property
    def title(self):
        return f"{self.name}, {self.batch} × {self.context}, {self.precision}"

    def options(self):
        names = ("layers", "heads", "width", "vocabulary")
        pairs = [*zip(names, self.sizes), ("context", self.context), ("batch-size", self.batch)]
        return [part for name, value in pairs for part in (f"--{name}", str(value))] + ["--precision", self.precision]


GPT2 = ("GPT-2 124M", (12, 12, 768, 50304))
CHARACTERS = ("character model 6 × 384", (6, 6, 384, 65))
SMALL = ("character model 4 × 128", (4, 4, 128, 65))
WORK = [
    Work(*GPT2, 4, 256, goals=(">= 1.6", ">= 1.6"), key="gpt2-4x256"),
    Work(*GPT2, 1, 1024, goals=(">= 1.75", ">= 1.75"), key="gpt2-1x1024"),
    Work(*GPT2, 1, 1024, "bfloat16", goals=(None, ">= 1.25"), key="gpt2-bfloat16"),
    Work(*CHARACTERS, 16, 256, goals=(">= 1.6", ">= 1.6"), key="characters", steps=2),
    Work(*CHARACTERS, 16, 256, "bfloat16", goals=(">= 1.6", ">= 1.6"), key="characters-bfloat16", steps=2),
    # The goal is 22 ms where the compiled peer took 36.
    Work(*SMALL, 12, 64, goals=(None, ">= 1.636"), key="small", steps=40),
]
