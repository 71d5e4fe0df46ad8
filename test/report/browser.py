"""Pages in a headless Chromium: browser.py CHROMIUM FILE... [--pictures DIRECTORY]

Each page at 360 and 1280 px and on paper, light and dark: it does not overflow, its texts have a contrast of at
least 4.5 to 1, nothing is written to the console, nothing is asked of the network.  Chromium is spoken to by its
pipe, so nothing but Python is needed.  Prints "ok" and "not ok" lines.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# the smallest contrast, what has it, and where the page is wider than its window
LOOK = r"""
(() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return c.startsWith('color(') ? [m[0]*255, m[1]*255, m[2]*255, m[3] ?? 1]
      : [m[0], m[1], m[2], m[3] ?? 1]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i]*a[3] + b[i]*(1 - a[3])).concat(1);
  const light = c => { const f = v => (v /= 255) <= 0.04045 ? v/12.92 : ((v + 0.055)/1.055)**2.4;
      return 0.2126*f(c[0]) + 0.7152*f(c[1]) + 0.0722*f(c[2]); };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05)/(y + 0.05); };
  const paper = parse(getComputedStyle(document.body).backgroundColor);
  const opacity = e => { let o = 1; for (; e; e = e.parentElement) o *= +getComputedStyle(e).opacity; return o; };
  const ground = (e, text) => {
    // what lies behind the middle of a text: in charts cells and bars, elsewhere the nearest background
    const box = text.getBoundingClientRect();
    const stack = document.elementsFromPoint(box.x + box.width/2, box.y + box.height/2);
    const behind = stack.includes(e) ? stack.slice(stack.indexOf(e) + 1) : [];
    // what is scrolled out of sight is under no point
    if (!behind.length) for (let b = e; b; b = b.parentElement) behind.push(b);
    let c = [0, 0, 0, 0];
    for (const b of behind) {
      const s = getComputedStyle(b);
      const of = b instanceof SVGElement ? (['rect', 'path', 'circle'].includes(b.tagName) ? s.fill : 'none') : s.backgroundColor;
      if (of === 'none' || !/\d/.test(of)) continue;
      const p = parse(of); p[3] *= (b instanceof SVGElement ? +s.fillOpacity*opacity(b) : 1);
      c = c[3] ? [...over([...c.slice(0, 3), c[3]], p).slice(0, 3), 1 - (1 - c[3])*(1 - p[3])] : p;
      if (p[3] === 1) return over(c, paper);
    }
    return over(c, paper);
  };
  let worst = [99, ''], n = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let t; t = walk.nextNode();) {
    const e = t.parentElement;
    if (!t.data.trim() || ['STYLE', 'title', 'desc'].includes(e.tagName) || e.closest('.skip')
        || e.closest('details:not([open])') && !e.closest('summary') || !e.getClientRects().length) continue;
    const range = document.createRange(); range.selectNodeContents(t);
    if (!range.getBoundingClientRect().width) continue;
    const s = getComputedStyle(e), svg = e instanceof SVGElement;
    let box = range; if (svg) box = e;
    const c = parse(svg ? s.fill : s.color); c[3] *= opacity(e);
    const g = ground(e, box), r = ratio(over(c, g), g);
    n++;
    if (r < worst[0]) worst = [r, t.data.trim().slice(0, 40) + ' ' + (svg ? s.fill : s.color) + ' on ' + g.map(Math.round)];
  }
  const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
      && !e.closest('.scroll,.chart,pre') && !e.closest('.skip')).slice(0, 3).map(e => e.outerHTML.slice(0, 80));
  return JSON.stringify({n, worst, width: document.documentElement.scrollWidth, inner: innerWidth, wide,
      height: Math.ceil(document.documentElement.scrollHeight)});
})()
"""


class Browser:
    def __init__(self, chromium):
        down, write = os.pipe()
        read, up = os.pipe()
        self.home = tempfile.TemporaryDirectory()
        # the pipe's ends are 3 and 4 in the child
        script = f'exec 3<&{down} 4>&{up}; exec "$@" 2>/dev/null >/dev/null'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "-", chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-dev-shm-usage", f"--user-data-dir={self.home.name}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=(down, up), env={**os.environ, "HOME": self.home.name})
        os.close(down), os.close(up)
        self.out, self.into, self.n, self.session = os.fdopen(write, "wb", 0), os.fdopen(read, "rb", 0), 0, None
        self.rest, self.events = b"", []

    def message(self):
        while b"\0" not in self.rest:
            more = self.into.read(1 << 16)
            if not more:
                raise RuntimeError("the browser is gone")
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.n += 1
        self.out.write(json.dumps({"id": self.n, "method": method, "params": params,
                                   **({"sessionId": self.session} if self.session else {})}).encode() + b"\0")
        while True:
            m = self.message()
            if m.get("id") == self.n:
                if "error" in m:
                    raise RuntimeError(f"{method}: {m['error']}")
                return m["result"]
            self.events.append(m)

    def wait(self, event):
        while not any(m.get("method") == event for m in self.events):
            self.events.append(self.message())

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        self.process.wait(20)
        self.home.cleanup()


def ok(good, name, why=""):
    print("ok" if good else "not ok", "-", name, "" if good else f"({why})", flush=True)


def look(browser, page, name, width, scheme, media, pictures):
    browser.events.clear()
    browser.call("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    browser.call("Page.navigate", url=page.as_uri())
    browser.wait("Page.loadEventFired")
    if media == "screen":
        browser.call("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
    result = lambda: json.loads(browser.call("Runtime.evaluate", expression=LOOK)["result"]["value"])
    # all of it in the window, so that what lies behind a text can be asked
    height = result()["height"]
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
    seen = result()
    said = [m for m in browser.events if m.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")]
    asked = [m["params"]["request"]["url"] for m in browser.events if m.get("method") == "Network.requestWillBeSent"]
    asked = [u for u in asked if u != page.as_uri() and not u.startswith("data:")]
    what = f"{name} at {width} px, {scheme}{', ' + media if media != 'screen' else ''}"
    ok(seen["width"] <= seen["inner"] and not seen["wide"], f"{what}: no overflow", f"{seen['width']} > {seen['inner']}: {seen['wide']}")
    ok(seen["n"] > 5 and seen["worst"][0] >= 4.5, f"{what}: contrast of {seen['n']} texts", seen["worst"])
    ok(not said, f"{what}: silent console", said[:2])
    ok(not asked, f"{what}: no request", asked[:2])
    if pictures:
        shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
        (pictures / f"{name}-{width}-{scheme}-{media}.png").write_bytes(base64.b64decode(shot["data"]))


def main():
    arguments = sys.argv[2:]
    pictures = None
    if "--pictures" in arguments:
        i = arguments.index("--pictures")
        pictures = pathlib.Path(arguments[i + 1])
        pictures.mkdir(exist_ok=True)
        del arguments[i:i + 2]
    browser = Browser(sys.argv[1])
    try:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            browser.call(f"{domain}.enable")
        for page in map(pathlib.Path, arguments):
            for width, scheme, media in ((360, "light", "screen"), (1280, "light", "screen"), (1280, "dark", "screen"),
                                         (360, "dark", "screen"), (688, "dark", "print")):
                look(browser, page.resolve(), page.stem, width, scheme, media, pictures)
            pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
            ok(pdf.startswith(b"%PDF"), f"{page.stem}: prints")
            if pictures:
                (pictures / f"{page.stem}.pdf").write_bytes(pdf)
    finally:
        browser.close()


main()
