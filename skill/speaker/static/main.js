// The page: a person, a device, and what is heard and seen between them.

import { Device } from "./device.js";
import { Ears } from "./ears.js";
import { Screen } from "./screen.js";
import { Player, Sound } from "./sound.js";

const $ = (name) => document.getElementById(name);
const { user, locale } = document.body.dataset;
const ANSWER_MS = 8000; // how long a microphone is open for an answer, as Alexa's (docs/platform-facts.md, section 3)
const TRIES_MS = [300, 700, 1500, 3000, 5000, 8000];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const trouble = (text) => { $("trouble").textContent = text; };
const AWAY = "The coach cannot be reached. Trying again…";
const isBack = () => { if ($("trouble").textContent === AWAY) trouble(""); };

async function ask(path, body) {
  for (const wait of [...TRIES_MS, null]) {
    let got = null;
    try {
      got = await fetch(path, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
    } catch { /* nobody answers: it may be starting again */ }
    if (got?.ok) {
      isBack();
      return got.json();
    }
    if (got && (got.status < 500 || got.status === 503)) throw new Error(await got.text());
    if (wait === null) break;
    trouble(AWAY);
    await pause(wait);
  }
  throw new Error("The coach cannot be reached. Is it still running? Your place is kept.");
}

const back = async () => {
  for (;;) {
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) return;
    } catch { /* not yet */ }
    await pause(1000);
  }
};

const get = async (path, how) => {
  const got = await fetch(path);
  if (!got.ok) throw new Error(String(got.status));
  return got.status === 204 ? null : got[how]();
};

class Page {
  constructor() {
    this.voice = new Sound(); // of replies
    this.stream = new Sound();
    this.screen = new Screen((exercise, form) => get(`/speaker/figure/${exercise}/${form}.svg`, "text"));
    this.player = new Player(this.stream, (token) => get(`/speaker/stream/${token}.json`, "json"), () => this.looks(), back);
    this.device = new Device(user, locale, ask, this.player);
    this.player.tell = (kind, fields) => this.device.tell(kind, fields);
    this.ears = new Ears({
      began: () => this.soften(true),
      heard: (text) => this.heard(() => this.say(text)),
      meant: (intent) => this.heard(() => this.intend(intent)),
      nothing: () => this.soften(false),
      now: () => ({ ...saying(this.sounding), attributes: this.device.attributes ?? {} }),
    });
    for (const { element } of [this.voice, this.stream]) {
      for (const change of ["playing", "pause", "ended"]) element.addEventListener(change, () => this.looks());
    }
    this.turn = 0; // of the newest; an older one that is still under way is dropped
    this.state = "asleep";
    this.reprompt = null;
  }

  // What a person does

  press() {
    if (this.state === "asleep" && this.player.activity !== "PLAYING") return this.wake();
    if (this.state === "listening") return this.listenNoMore();
    return this.interrupt();
  }

  /** The first press: the microphone is asked for once, and the coach says hello. */
  async wake() {
    this.claim();
    this.take(() => this.device.launch());
    if (!this.ears.tried) trouble(await this.ears.start());
  }

  /** "Alexa, …": whatever is said is cut off, and somebody listens. */
  interrupt() {
    this.turn += 1;
    this.player.hold();
    this.voice.stop();
    this.listen();
  }

  say(text) {
    if (!text.trim()) return;
    this.log("you", text);
    this.claim();
    this.take(async () => {
      const { response, doubt } = await this.device.say(text);
      return response ?? { outputSpeech: { ssml: `<speak>${escaped(doubt)}</speak>` }, shouldEndSession: false };
    });
  }

  heard(act) {
    this.soften(false);
    act();
  }

  /** A key or a button. */
  intend(name) {
    this.claim();
    const intent = { name, confirmationStatus: "NONE", slots: {} };
    this.take(() => this.device.request({ type: "IntentRequest", dialogState: "COMPLETED", intent }));
  }

  // A turn

  async take(asks) {
    const mine = (this.turn += 1);
    this.reprompt = null;
    this.player.hold();
    this.voice.stop();
    this.be("thinking");
    try {
      const response = await asks();
      if (mine === this.turn) await this.speak(response, mine);
    } catch (error) {
      if (mine !== this.turn) return;
      trouble(error.message);
      this.be("asleep");
    }
  }

  async speak(response, mine) {
    const ssml = response.outputSpeech?.ssml;
    const whole = ssml ? await this.aloud(ssml, mine) : true;
    if (mine !== this.turn) return;
    if (whole) this.player.obey(response.directives ?? []);
    if (response.shouldEndSession === false) {
      this.reprompt = response.reprompt?.outputSpeech?.ssml ?? null;
      this.listen();
    } else {
      this.player.release();
      this.be(this.player.activity === "PLAYING" ? "playing" : "asleep");
    }
  }

  async aloud(ssml, mine) {
    const shown = await ask("/speaker/speech", { ssml, attributes: this.device.attributes ?? {} });
    if (mine !== this.turn) return false;
    this.log("coach", shown.told);
    $("can-say").textContent = shown.hints;
    this.be("speaking");
    try {
      return await this.voice.play(shown.audio, shown);
    } catch (error) {
      if (error.name === "NotAllowedError") trouble("Your browser plays no sound before a click: press the button.");
      return true; // it can still be read
    }
  }

  /** Wait for an answer: with a microphone as long as Alexa would, then once more; without one as long as it takes. */
  async listen() {
    const mine = this.turn;
    this.be("listening");
    if (!this.ears.on) return;
    await this.ears.quiet(ANSWER_MS);
    if (mine !== this.turn) return;
    if (this.reprompt) {
      const again = this.reprompt;
      this.reprompt = null;
      if (await this.aloud(again, mine)) this.listen();
      return;
    }
    this.listenNoMore();
  }

  listenNoMore() {
    this.turn += 1;
    this.device.end("EXCEEDED_MAX_REPROMPTS").catch(() => {});
    this.player.release();
    this.be(this.player.activity === "PLAYING" ? "playing" : "asleep");
  }

  // What is seen of it

  be(state) {
    this.state = state;
    document.body.dataset.state = state;
    this.looks();
  }

  looks() {
    const streaming = this.player.activity === "PLAYING" && !this.player.held;
    const says = { asleep: streaming ? "Talk" : "Start", thinking: "…", speaking: "Talk", listening: this.ears.on ? "Listening" : "Your turn", playing: "Talk" };
    $("talk-says").textContent = says[this.state];
    if ("mediaSession" in navigator) {
      navigator.mediaSession.playbackState = this.sounding ? "playing" : "paused";
    }
    this.stayAwake(this.sounding || this.state === "listening");
  }

  get sounding() {
    return this.voice.playing ? this.voice : this.stream.playing ? this.stream : null;
  }

  frame() {
    const sound = this.sounding;
    if (sound?.shown) this.screen.draw(sound.shown, sound.now());
    requestAnimationFrame(() => this.frame());
  }

  soften(softly) {
    this.voice.duck(softly);
    this.stream.duck(softly);
  }

  log(who, text) {
    if (!text) return;
    const line = document.createElement("li");
    line.className = who;
    line.textContent = text;
    $("log").append(line);
    while ($("log").children.length > 60) $("log").firstChild.remove();
    $("log").scrollTop = $("log").scrollHeight;
  }

  async stayAwake(awake) {
    if (!("wakeLock" in navigator)) return;
    if (awake && !this.lock && document.visibilityState === "visible") {
      this.lock = navigator.wakeLock.request("screen").catch(() => null);
      (await this.lock)?.addEventListener("release", () => { this.lock = null; });
    } else if (!awake && this.lock) {
      const lock = await this.lock;
      this.lock = null;
      lock?.release();
    }
  }

  /** Another voice, from now on: what is under way stops, and its place is kept to the rep. */
  async voices() {
    const choice = $("voice");
    const fill = ({ voices, used }) => {
      choice.replaceChildren(...voices.map((name) => new Option(name, name, false, name === used)));
      choice.closest("label").hidden = voices.length < 2;
    };
    fill(await get("/speaker/voices", "json"));
    choice.addEventListener("change", async () => {
      this.turn += 1;
      this.player.stop();
      this.voice.drop();
      this.stream.drop();
      await this.device.telling;
      await this.device.end("USER_INITIATED");
      fill(await ask("/speaker/voices", { name: choice.value }));
      this.be("asleep");
      this.wake();
    });
  }

  // Another page of ours

  claim() {
    this.others?.postMessage("here");
  }

  alone() {
    if (!("BroadcastChannel" in window)) return;
    this.others = new BroadcastChannel("backbeat");
    this.others.onmessage = () => {
      if (this.state === "asleep" && !this.sounding) return;
      this.turn += 1;
      this.voice.stop();
      this.player.stop();
      this.ears.stop();
      this.be("asleep");
      trouble("The coach goes on in another window. Press Start to have it here.");
    };
  }

  /** They leave: what is under way is told, so that its place is known to the rep. */
  leave() {
    const beacon = (envelope) => navigator.sendBeacon("/speaker/alexa", new Blob([JSON.stringify(envelope)], { type: "application/json" }));
    if (this.player.activity === "PLAYING") {
      beacon(this.device.envelope({ type: "AudioPlayer.PlaybackStopped", ...this.player.where() }));
    }
    if (this.device.attributes !== null) {
      beacon(this.device.envelope({ type: "SessionEndedRequest", reason: "USER_INITIATED" }));
    }
  }
}

/** What the coach is saying, as far as it plays: it is not to be taken for somebody's words. */
function saying(sound) {
  if (!sound?.shown) return { said: [], playing: false };
  const t = sound.now();
  return { said: sound.shown.said.filter(([at]) => at <= t + 300 && at > t - 6000).map((row) => row[2]), playing: true };
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const page = new Page();
$("talk").addEventListener("click", () => page.press());
$("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  page.say($("text").value);
  $("text").value = "";
});
for (const key of document.querySelectorAll("[data-intent]")) key.addEventListener("click", () => page.intend(key.dataset.intent));
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|BUTTON|A|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.ctrlKey || event.altKey || event.metaKey || typing) return;
  const key = { " ": () => page.press(), ArrowRight: () => page.intend("AMAZON.NextIntent"), ArrowLeft: () => page.intend("AMAZON.PreviousIntent"), p: () => page.intend("AMAZON.PauseIntent"), r: () => page.intend("AMAZON.RepeatIntent") }[event.key];
  if (key) {
    event.preventDefault();
    key();
  }
});
if ("mediaSession" in navigator) {
  navigator.mediaSession.metadata = new MediaMetadata({ title: "Your back routine", artist: "Backbeat" });
  const keys = { play: "AMAZON.ResumeIntent", pause: "AMAZON.PauseIntent", nexttrack: "AMAZON.NextIntent", previoustrack: "AMAZON.PreviousIntent" };
  for (const [key, intent] of Object.entries(keys)) navigator.mediaSession.setActionHandler(key, () => page.intend(intent));
}
addEventListener("pagehide", () => page.leave());
document.addEventListener("visibilitychange", () => page.looks());
page.alone();
page.voices().catch(() => {});
page.frame();
window.backbeat = page; // for whoever looks under the bonnet, our tests among them
