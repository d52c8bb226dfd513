"""How long the workbench takes from the end of the pause after the last key to the new page on the
screen. No test: what else the machine does counts.

    TRACER_PROGRAM=build/release/tracer python3 tests/browser/measure_serve.py [LESSON]
"""
import re
import subprocess
import sys
import time

import browser

PAUSE = 150  # milliseconds: soon() in tracer/serve/page_script.cpp
KEYS = 60

# when the POST began and ended, and when what the page says of it had been painted
WATCH = """
const ask = fetch;
fetch = async (...what) => {
  const posts = what[0] === '/derive';
  if (posts) window.posted = performance.now();
  const answer = await ask(...what);
  if (posts) window.answered = performance.now();
  return answer;
};
new MutationObserver(() => {
  if (!/up to date/.test(document.getElementById('state').textContent)) return;
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.painted = performance.now(); };
    after.port2.postMessage(0);
  });
}).observe(document.getElementById('state'), {childList: true});
"""
KEY = """
const lesson = document.getElementById('lesson');
lesson.value = lesson.value.replace(/^(param \\w+ = \\[*)-?[\\d.]+/m, '$1' + arguments[0]);
window.pressed = performance.now();
lesson.dispatchEvent(new Event('input'));
"""


def line(name, times):
    times = sorted(times)
    print(f"{name:<22} median {times[len(times) // 2]:4.0f} ms   "
          f"p95 {times[int(len(times) * 0.95)]:4.0f} ms   most {times[-1]:4.0f} ms")


def measure(lesson):
    server = subprocess.Popen([browser.PROGRAM, "serve"], text=True, stdout=subprocess.PIPE)
    try:
        address = next(found[0] for text in server.stdout
                       if (found := re.search(r"http://\S+", text)))
        with browser.Browser() as b:
            b.open(address)
            b.until("return location.pathname === '/' && !!document.querySelector('.frames.has')")
            b.run("const menu = document.getElementById('menu'); menu.value = 'shipped/' + arguments[0];"
                  "menu.dispatchEvent(new Event('change'))", lesson)
            time.sleep(2)
            b.run(WATCH)
            times = []
            for key in range(KEYS):
                b.run(KEY, f"{1 + key % 9 / 10:.1f}")
                time.sleep(0.8)
                times.append(b.run("return [answered - posted, painted - answered,"
                                   " painted - pressed - arguments[0]]", PAUSE))
    finally:
        server.terminate()
        server.wait()
    for name, column in zip(["request to answer", "answer to painted", "all beyond the pause"],
                            zip(*times)):
        line(name, column)


if __name__ == "__main__":
    why = browser.missing()
    if why:
        sys.exit("not measured: " + why)
    measure(sys.argv[1] if len(sys.argv) > 1 else "relu-1-1-1")
