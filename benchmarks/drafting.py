"""How long the check of a draft takes, by language and length, against reading its Markdown alone.

    .venv/bin/python -m benchmarks.drafting [--repeat 15]

The drafts are made here, of invented sentences, with headings, links, images and figures; the brief has 24
terms, 8 questions and 12 words to avoid, the brand 40 other drafts of the same length. "typing" is what a
writer waits for: one sentence has changed since the check before. "first" is the first check of a fresh
process, which loads word lists and the segmenter. Times are of CPU. The limit is 300 ms for 2,000 words.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")

import django

django.setup()

from benchmarks.refresh import machine, table  # noqa: E402
from content.drafting.check import check  # noqa: E402
from content.drafting.document import parser  # noqa: E402
from content.drafting.given import Backing, Given, Negative, Other  # noqa: E402
from content.drafting.sentences import count_words  # noqa: E402
from content.drafting.sketches import sketch  # noqa: E402

LIMIT = 0.300
LENGTHS = (500, 2_000, 8_000)
BEGIN = """
import json, os, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reputation.settings")
import django
django.setup()
from benchmarks.drafting import draft, given
from content.drafting.check import check
text, known = draft(sys.argv[1], 2000), given(sys.argv[1], others=0)
ready = time.process_time()
check(text, known, title="Halden grinder", description="How it is made.")
print(json.dumps(time.process_time() - ready))
"""
WORDS = {
    "en": "grinder coffee bean water filter burr noise motor steel cup kitchen morning customer measure "
    "clean repair part warranty order delivery answer service quiet fresh coarse setting scale result",
    "no": "kvern kaffe bønne vann filter støy motor stål kopp kjøkken morgen kunde måling renhold "
    "reparasjon del garanti bestilling levering svar tjeneste stille fersk grov innstilling vekt resultat",
    "lv": "dzirnaviņas kafija pupiņa ūdens filtrs troksnis motors tērauds krūze virtuve rīts klients "
    "mērījums tīrīšana remonts detaļa garantija pasūtījums piegāde atbilde serviss kluss svaigs rezultāts",
    "de": "Mühle Kaffee Bohne Wasser Filter Geräusch Motor Stahl Tasse Küche Morgen Kunde Messung "
    "Reinigung Reparatur Ersatzteil Garantie Bestellung Lieferung Antwort Einstellung Waage Ergebnis",
    "es": "molinillo café grano agua filtro ruido motor acero taza cocina mañana cliente medida limpieza "
    "reparación pieza garantía pedido entrega respuesta servicio silencioso fresco ajuste resultado",
    "fr": "moulin café grain eau filtre bruit moteur acier tasse cuisine matin client mesure nettoyage "
    "réparation pièce garantie commande livraison réponse service silencieux frais réglage résultat",
    "ru": "кофемолка кофе зерно вода фильтр шум мотор сталь чашка кухня утро клиент измерение чистка "
    "ремонт деталь гарантия заказ доставка ответ сервис тихий свежий настройка весы результат",
    "zh": "磨豆机 咖啡 豆子 清水 滤纸 噪音 电机 不锈钢 杯子 厨房 早晨 客户 测量 清洁 维修 零件 保修 订单 配送 答复 服务 安静 新鲜 刻度 结果",
}
LINKS = {
    "en": "and the of with for",
    "no": "og det av med for",
    "lv": "un tas ar par no",
    "de": "und die mit für von",
    "es": "y el de con para",
    "fr": "et le de avec pour",
    "ru": "и это с для из",
    "zh": "和 的 在 与 对",
}


def sentence(language: str, dice: random.Random) -> str:
    """An invented sentence; every seventh claims a figure."""
    words, small = WORDS[language].split(), LINKS[language].split()
    gap = "" if language == "zh" else " "
    said = gap.join(dice.choice(words if i % 3 else small) for i in range(dice.randint(8, 18)))
    figure = f"{gap}{dice.randint(3, 97)} %" if dice.random() < 1 / 7 else ""
    return f"{said[:1].upper()}{said[1:]}{figure}{'。' if language == 'zh' else '.'}"


def draft(language: str, length: int, seed: int = 1) -> str:
    """A draft of about so many words (Chinese: characters), in Markdown."""
    dice = random.Random(seed)
    gap = "" if language == "zh" else " "
    parts = [f"# {sentence(language, dice)}"]
    written = 0
    while written < length:
        begun = len(parts)
        parts.append(f"## {sentence(language, dice)[:60]}")
        for number in range(4):
            text = gap.join(sentence(language, dice) for _ in range(4))
            link = f" [{dice.choice(WORDS[language].split())}](https://halden.example/{len(parts)})"
            parts.append(text + (link if number == 1 else ""))
        parts.append(f"![{sentence(language, dice)}](https://halden.example/{len(parts)}.jpg)")
        written += sum(count_words(part, language) for part in parts[begun:])
    return "\n\n".join(parts)


def given(language: str, *, others: int = 40, length: int = 2_000) -> Given:
    """A full brief."""
    words = WORDS[language].split()
    dice = random.Random(2)
    gap = "" if language == "zh" else " "
    return Given(
        kind="faq",
        language=language,
        phrase=gap.join(words[:2]),
        names=("Halden",),
        own_hosts=("halden.example",),
        negative=Negative("https://bad.example/1", "bad.example", sentence(language, dice)),
        questions=[f"{gap.join(dice.sample(words, 4))}?" for _ in range(8)],
        terms=[{"term": word, "results": 5, "of": 9, "low": 1, "high": 9} for word in words[:24]],
        avoid=[*words[:2], *(word[::-1] for word in words[2:12])],
        length=(800, 2400),
        evidence=[Backing(sentence(language, dice), "https://halden.example/proof")] * 20,
        others=[
            Other(f"Draft {n}", sketch(draft(language, length, seed=n + 10), language))
            for n in range(others)
        ],
        own_titles=[sentence(language, dice) for _ in range(100)],
        ranking_headings=[sentence(language, dice) for _ in range(100)],
    )


def took(text: str, known: Given) -> float:
    """Seconds of CPU that one check takes: what else runs on the machine counts less."""
    start = time.process_time()
    check(text, known, title="Halden grinder", description="How it is made.")
    return time.process_time() - start


def parsed(text: str) -> float:
    start = time.process_time()
    parser().parse(text)
    return time.process_time() - start


def row(language: str, length: int, repeat: int) -> list[str]:
    """Median and worst of a writer's wait, with the ratio to reading the Markdown alone."""
    text, known = draft(language, length), given(language, length=length)
    took(text, known)
    typing, reading = [], []
    for number in range(repeat):
        changed = f"{text}\n\n{sentence(language, random.Random(number))}"
        typing.append(took(changed, known))
        reading.append(parsed(changed))
    middle, plain = statistics.median(typing), statistics.median(reading)
    return [
        language,
        f"{length:,}",
        f"{1000 * middle:.0f} ms",
        f"{1000 * max(typing):.0f} ms",
        f"{middle / plain:.1f} x",
        f"{middle / LIMIT:.2f}",
    ]


def first(language: str) -> float:
    """Seconds of the first check of a fresh process, imports not counted."""
    answer = subprocess.run(
        [sys.executable, "-c", BEGIN, language], capture_output=True, text=True, check=True
    )
    return float(json.loads(answer.stdout.splitlines()[-1]))


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=15)
    asked = options.parse_args(arguments)
    print(machine())
    heading = ["language", "words", "typing, median", "worst", "to Markdown alone", "of the limit"]
    table([heading, *(row(code, n, asked.repeat) for code in WORDS for n in LENGTHS)], print)
    begun = [[code, f"{1000 * first(code):.0f} ms"] for code in WORDS]
    table([["language", "first check, 2,000 words"], *begun], print)


if __name__ == "__main__":
    main()
