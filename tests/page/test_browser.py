"""Pages in a real browser: they load nothing, play calls, are used with keys alone, and no text in them acts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from flowc.page import of_calls
from tests.page.browser import Page, browser, page
from tests.page.made import failing, hostile_page, played
from tests.page.made import page as flow_page
from tests.page.test_pages import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = {"wide": (1400, 1000), "narrow": (380, 700)}
LUMINANCE = """(selector => {
  const rgb = getComputedStyle(document.querySelector(selector)).backgroundColor.match(/[\\d.]+/g).map(Number);
  return rgb[0] + rgb[1] + rgb[2];
})"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    program = browser()
    if program is None:
        pytest.skip("there is no Chromium: neither FLOWC_CHROMIUM nor chromium on the PATH")
    async with page(program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def clean(shown: Page) -> None:
    shown.faults.clear()


async def open_text(shown: Page, folder: Path, text: str, fragment: str = "") -> None:
    """A page in a file of its own, which asks for nothing else and complains of nothing."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    await shown.open(file, fragment)
    assert [each for each in shown.requests if each != "data:,"] == [file.as_uri() + fragment.partition("#")[0]]
    assert shown.faults == []


async def rows(shown: Page, kind: str = "") -> int:
    """How many rows of the diagram have happened, and how many there are in all with `all`."""
    which = ".rows .row" if kind == "all" else ".rows .row:not(.future)"
    return int(await shown.ask(f"document.querySelectorAll('{which}').length"))


async def text_of(shown: Page, id_: str) -> str:
    return str(await shown.ask(f"document.getElementById('{id_}').textContent"))


async def until(shown: Page, condition: str) -> None:
    """Waits for it, frame by frame."""
    look = f"function look() {{ ({condition}) ? done(true) : requestAnimationFrame(look); }}"
    await shown.ask(f"new Promise(done => {{ ({look})(); }})")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", ["front_desk", "emergency_line", "after_hours", "hotline", "two_languages"])
async def test_a_page_is_shown_whole(shown: Page, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    """Nothing of it is wider than the window, but for what can be scrolled by itself; every node of the picture is
    seen, and none covers another.
    """
    await shown.look(width=size[0], height=size[1])
    await open_text(shown, tmp_path, flow_page(name))
    assert await shown.ask("document.documentElement.scrollWidth <= window.innerWidth")
    overlapping = await shown.ask("""(() => {
      const boxes = Array.from(document.querySelectorAll(".trees .node"), each => each.getBoundingClientRect());
      const beside = (a, b) => a.right - 1 <= b.left || a.bottom - 1 <= b.top;
      const meet = (a, b) => !beside(a, b) && !beside(b, a);
      return boxes.filter((one, number) => one.width < 5 || one.height < 5
        || boxes.some((other, after) => after > number && meet(one, other))).length;
    })()""")
    assert overlapping == 0
    assert await shown.ask("!document.getElementById('player').hidden")


async def test_light_and_dark(shown: Page, tmp_path: Path) -> None:
    """As its reader has it, and what stands on it can be read: the contrast of WCAG 2.2 for text, 4.5 to 1."""
    contrast = """(() => {
      const numbers = color => color.match(/[\\d.]+/g).map(Number);
      const light = rgb => rgb.slice(0, 3).map(each => each / 255)
        .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, number) => sum + each * [0.2126, 0.7152, 0.0722][number], 0);
      const ground = element => {
        for (let each = element; each; each = each.parentElement) {
          const rgb = numbers(getComputedStyle(each).backgroundColor);
          if (rgb.length < 4 || rgb[3] > 0.99) return light(rgb);
        }
        return 1;
      };
      const low = [];
      const unseen = "script, style, noscript, .hidden, .lane:not(.hears)";
      for (const element of document.querySelectorAll("body *")) {
        const has = Array.from(element.childNodes).some(each => each.nodeType === 3 && each.textContent.trim());
        if (!has || !element.checkVisibility() || element.closest(unseen)) continue;
        const pair = [light(numbers(getComputedStyle(element).color)), ground(element)].sort((a, b) => b - a);
        const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
        if (ratio < 4.5) low.push(element.className + ": " + element.textContent.trim().slice(0, 30) + " " + ratio);
      }
      return low;
    })()"""
    grounds = []
    for dark in (False, True):
        await shown.look(dark=dark)
        await open_text(shown, tmp_path, flow_page("front_desk"))
        await shown.ask("document.getElementById('to-end').click()")
        assert await shown.ask(contrast) == []
        grounds.append(await shown.ask(f"{LUMINANCE}('body')"))
    assert grounds[0] > 700
    assert grounds[1] < 100


async def test_lines_of_the_picture_begin_at_nodes(shown: Page, tmp_path: Path) -> None:
    """Also behind a node that is narrower than what stands above it."""
    await shown.look()
    await open_text(shown, tmp_path, flow_page("introduction"))
    gaps = """Array.from(document.querySelectorAll(".tree .step-of:not(:last-child)"), each => {
      const [box, node] = [each, each.querySelector(".node")].map(one => one.getBoundingClientRect());
      return [box.right - node.right, parseFloat(getComputedStyle(each, "::after").width)];
    })"""
    found = await shown.ask(gaps)
    assert max(gap for gap, _ in found) > 20
    assert all(abs(gap - line) < 1 for gap, line in found), found


async def test_a_call_is_stepped_through(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    everything = await rows(shown, "all")
    assert everything > 20
    assert await rows(shown) == 0
    assert await text_of(shown, "hears") == "the caller hears nothing"
    for number in range(1, 6):
        await shown.ask("document.getElementById('forward').click()")
        assert await rows(shown) == number
        assert await shown.ask("document.querySelectorAll('.rows [aria-current=step]').length") == 1
    heard = set()
    for _ in range(everything):
        await shown.ask("document.getElementById('forward').click()")
        heard.add(await text_of(shown, "hears"))
    assert {"the caller hears agent", 'the caller hears "Please hold the line."', "the caller hears ringback"} <= heard
    assert "the caller hears reception" in heard
    assert await rows(shown) == everything
    await shown.ask("document.getElementById('back').click()")
    assert await rows(shown) == everything - 1
    await shown.ask("document.getElementById('to-start').click()")
    assert await rows(shown) == 0
    await shown.ask("document.getElementById('to-end').click()")
    assert await rows(shown) == everything
    told = await text_of(shown, "clock")
    assert told.split(" of ")[0] == told.split(" of ")[1]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_what_happens_is_seen(shown: Page, tmp_path: Path, size: tuple[int, int]) -> None:
    """Each step brings its row into the frame of the diagram, and the page stays where it is."""
    await shown.look(width=size[0], height=size[1])
    await open_text(shown, tmp_path, flow_page("front_desk"))
    await shown.ask("document.getElementById('sequence').scrollIntoView()")
    before = await shown.ask("window.scrollY")
    for _ in range(await rows(shown, "all")):
        await shown.ask("document.getElementById('forward').click()")
        assert await shown.ask("""(() => {
          const frame = document.getElementById("sequence").getBoundingClientRect();
          const row = document.querySelector("[aria-current=step]");
          const box = (row.querySelector(".label") || row).getBoundingClientRect();
          const isBeside = row.querySelector(".label") && (box.left < frame.left - 1 || box.right > frame.right + 1);
          return box.top >= frame.top && box.bottom <= frame.bottom + 1 && !isBeside;
        })()""")
    assert await shown.ask("window.scrollY") == before


async def test_a_call_is_played_and_paused(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    await shown.ask("document.getElementById('play').click()")
    assert await text_of(shown, "play") == "Pause"
    await until(shown, "document.querySelectorAll('.rows .row:not(.future)').length > 3")
    await shown.ask("document.getElementById('play').click()")
    assert await text_of(shown, "play") == "Play"
    then = await shown.ask("document.getElementById('scrub').value")
    assert float(then) > 0
    await shown.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await shown.ask("document.getElementById('scrub').value") == then
    await shown.ask("(document.getElementById('speed').value = '10', document.getElementById('play').click())")
    await until(shown, "document.getElementById('play').textContent === 'Play'")
    assert await rows(shown) == await rows(shown, "all")
    await shown.ask("document.getElementById('play').click()")  # from the beginning again
    await until(shown, "document.querySelectorAll('.rows .row.future').length > 0")


async def test_a_call_is_scrubbed_through(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    seen = []
    for part in (0, 0.3, 0.7, 1):
        await shown.ask(
            f"(() => {{ const each = document.getElementById('scrub'); each.value = String(each.max * {part});"
            " each.dispatchEvent(new Event('input')); })()"
        )
        seen.append((await rows(shown), await text_of(shown, "clock")))
        spoken = await shown.ask("document.getElementById('scrub').getAttribute('aria-valuetext')")
        assert spoken == f"{seen[-1][1].split(' of ')[0]}, {await text_of(shown, 'hears')}"
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen)
    assert seen[-1][0] == await rows(shown, "all")


async def test_the_keys_of_the_diagram(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    await shown.ask("document.getElementById('sequence').focus()")
    await shown.press("ArrowRight")
    await shown.press("ArrowRight")
    assert await rows(shown) == 2
    await shown.press("ArrowLeft")
    assert await rows(shown) == 1
    await shown.press("End")
    assert await rows(shown) == await rows(shown, "all")
    await shown.press("Home")
    assert await rows(shown) == 0
    await shown.press(" ")
    assert await text_of(shown, "play") == "Pause"
    await shown.press(" ")
    assert await text_of(shown, "play") == "Play"


async def test_the_page_is_used_with_keys_alone(shown: Page, tmp_path: Path) -> None:
    """Tab leads through it in the order in which it is read, each place is seen, named, and left again."""
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    now = """(() => {
      const each = document.activeElement;
      const style = getComputedStyle(each);
      const labels = Array.from(each.labels || [], label => label.textContent).join(" ");
      return { tag: each.tagName, id: each.id, focusable: each !== document.body,
        name: each.getAttribute("aria-label") || labels || each.textContent.trim(),
        outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    })()"""
    seen: list[dict[str, Any]] = []
    for _ in range(400):
        await shown.press("Tab")
        here = await shown.ask(now)
        if not here["focusable"]:
            break
        seen.append(here)
    assert [each for each in seen if not each["name"] or not each["outline"]] == []
    assert seen[0]["name"] == "To the content"
    ids = [each["id"] for each in seen if each["id"]]
    controls = ["to-start", "back", "play", "forward", "to-end", "speed", "scrub", "sequence"]
    assert [each for each in ids if each in controls] == controls
    tags = {each["tag"] for each in seen}
    assert {"A", "BUTTON", "SELECT", "INPUT"} <= tags
    count = await shown.ask("document.querySelectorAll('a[href], button, select, input, [tabindex=\"0\"]').length")
    assert len(seen) == count
    await shown.press("Tab", shift=True)
    assert (await shown.ask(now))["focusable"]


async def test_enter_chooses_a_call_and_its_name_is_read(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    await shown.ask("document.querySelector('#item-2 a').focus()")
    await shown.press("Enter")
    await until(shown, "location.hash === '#call-2' && document.activeElement.id === 'player-name'")
    name = played("front_desk").run.calls[2].name
    assert await text_of(shown, "player-name") == name
    assert await shown.ask("document.querySelectorAll('#call-list [aria-current]').length") == 1
    await shown.ask("history.back()")
    await until(shown, "location.hash === ''")


async def test_an_address_leads_to_a_call(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"), "#call-4")
    assert await text_of(shown, "player-name") == played("front_desk").run.calls[4].name
    for odd in ("#call-99999", "#call-x", "#<img src=x onerror=broken()>"):
        await open_text(shown, tmp_path, flow_page("front_desk"), odd)
        assert await text_of(shown, "player-name") == played("front_desk").run.calls[0].name


async def test_a_call_is_found(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    await open_text(shown, tmp_path, flow_page("front_desk"))
    await shown.ask(
        "(() => { const each = document.getElementById('find'); each.value = 'DECLINES';"
        " each.dispatchEvent(new Event('input')); })()"
    )
    shown_now = "document.querySelectorAll('#call-list li:not([hidden])')"
    left = await shown.ask(f"Array.from({shown_now}, each => each.textContent)")
    assert left
    assert len(left) < len(played("front_desk").run.calls)
    assert all("declines" in each for each in left)


async def test_a_call_that_fails_is_shown_first_and_at_its_failure(shown: Page, tmp_path: Path) -> None:
    await shown.look()
    broken = failing("front_desk", "caller with: nobody at all")
    await open_text(shown, tmp_path, of_calls(broken, played("front_desk").sources))
    assert await text_of(shown, "player-name") == broken.calls[-1].name
    assert "caller with: nobody at all" in await text_of(shown, "sequence")
    assert "caller with: nobody at all" in await text_of(shown, "happens")
    assert "flows/front_desk.calls.yaml" in await text_of(shown, "origins")
    assert await shown.ask("""(() => {
      const row = document.querySelector(".row.failure").getBoundingClientRect();
      const frame = document.getElementById("sequence").getBoundingClientRect();
      return row.top >= frame.top && row.bottom <= frame.bottom + 1;
    })()""")


async def test_a_long_wait_is_shortened(shown: Page, tmp_path: Path) -> None:
    """A call of ten minutes is not one of ten minutes to watch; the clock shows them all the same."""
    await shown.look()
    calls = played("hotline").run.calls
    longest = max(range(len(calls)), key=lambda number: calls[number].ended_ms)
    assert calls[longest].ended_ms > 600_000
    await open_text(shown, tmp_path, flow_page("hotline"), f"#call-{longest}")
    minutes, _, _ = (await text_of(shown, "clock")).split(" of ")[1].partition(":")
    assert int(minutes) == calls[longest].ended_ms // 60_000
    assert await shown.ask("Number(document.getElementById('scrub').max)") < calls[longest].ended_ms / 2


async def test_what_happens_at_one_instant_can_be_seen(shown: Page, tmp_path: Path) -> None:
    """As in the violations that a search finds: each thing has its own place, and what is heard its own length."""
    await shown.look()
    _, run, sources = played("front_desk")
    at_once: Any = tuple({**entry, "t": 0} for entry in run.calls[0].trace)
    call = dataclasses.replace(run.calls[0], trace=at_once, ended_ms=0)
    await open_text(shown, tmp_path, of_calls(dataclasses.replace(run, calls=(call,)), sources))
    assert await text_of(shown, "clock") == "0:00.0 of 0:00.0"
    widths = await shown.ask("Array.from(document.querySelectorAll('.lane .bar'), each => each.clientWidth)")
    assert len(widths) > 5
    assert min(widths) > 2
    await shown.ask("document.getElementById('play').click()")
    await until(shown, "document.querySelectorAll('.rows .row:not(.future)').length > 3")
    assert await rows(shown) < await rows(shown, "all")


@pytest.mark.parametrize("more", ["\n".join(HOSTILE), *HOSTILE[:12]], ids=range(13))
async def test_no_text_does_anything(shown: Page, tmp_path: Path, more: str) -> None:
    """In every text of the flow and of its calls, of which each is played to its end."""
    await shown.look()
    await open_text(shown, tmp_path, hostile_page("clinic", more))
    what = "script, style, link, base, img, iframe, object, embed, form, template"
    scripts = f"document.querySelectorAll('{what}').length"
    before = await shown.ask(scripts)
    calls = await shown.ask("document.querySelectorAll('#call-list a').length")
    for number in range(calls):
        await shown.ask(f"location.hash = '#call-{number}'")
        await until(shown, f"document.querySelector('#item-{number} a').hasAttribute('aria-current')")
        await shown.ask("document.getElementById('to-end').click()")
    assert await shown.ask(scripts) == before == 4
    attributes = "Array.from(document.querySelectorAll('*'), each => each.getAttributeNames()).flat()"
    assert await shown.ask(f"{attributes}.filter(name => name.startsWith('on'))") == []
    hrefs = "Array.from(document.querySelectorAll('a'), each => each.getAttribute('href'))"
    assert await shown.ask(f"{hrefs}.filter(each => each[0] !== '#')") == []
    assert shown.faults == []
    assert len(shown.requests) <= 2


async def test_a_script_that_gets_in_would_not_run(shown: Page, tmp_path: Path) -> None:
    """The page's own policy: what the filter might let through is neither run nor loaded."""
    await shown.look()
    planted = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'><style>body{color:red}</style>"
    text = flow_page("clinic").replace("</main>", f"{planted}</main>")
    file = tmp_path / "page.html"
    file.write_text(text, encoding="utf-8")
    await shown.open(file)
    assert await shown.ask("window.broken === undefined")
    assert json.dumps(shown.faults).count("Content Security Policy") >= 3
    shown.faults.clear()
