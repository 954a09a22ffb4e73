// What is heard, and its clock: one element for replies, one for streams. A screen goes by `now()` of what plays, and by no timer.

export class Sound {
  /** `shown` is what a screen shows of it; `ended` is called when it has been played, `failed` if it cannot be. */
  constructor() {
    this.element = new Audio();
    this.element.preload = "auto";
    this.shown = null;
  }

  /** Play from an address, `from` ms on. Resolves when it has ended; false if it was stopped, or could not be played. */
  play(address, shown, from = 0) {
    this.stop();
    this.shown = shown;
    const element = this.element;
    element.src = address;
    return new Promise((resolve, reject) => {
      const settle = (how, value) => {
        this.settle = null;
        element.onended = element.onerror = null;
        how(value);
      };
      this.settle = () => settle(resolve, false);
      element.onended = () => settle(resolve, true);
      element.onerror = () => settle(reject, new Error("it cannot be played"));
      if (from) element.currentTime = from / 1000;
      element.play().catch((error) => {
        if (error.name !== "AbortError") settle(reject, error);
      });
    });
  }

  get playing() {
    return !this.element.paused && !this.element.ended;
  }

  /** The moment that is heard, in ms of its file. */
  now() {
    return this.element.currentTime * 1000;
  }

  stop() {
    this.element.pause();
    this.settle?.();
  }

  /** Have no more of it fetched. */
  drop() {
    this.stop();
    this.element.removeAttribute("src");
    this.element.load();
  }

  /** Softer, while somebody speaks. */
  duck(softly) {
    this.element.volume = softly ? 0.15 : 1;
  }
}

const NEARLY_MS = 15_000; // before a stream's end, when what follows is asked for

export class Player {
  /** Alexa's AudioPlayer. `tell` is how it reports; `shownOf` fetches what a screen shows; `back` waits until the server answers. */
  constructor(sound, shownOf, changed, back) {
    Object.assign(this, { sound, shownOf, changed, back });
    this.tell = () => {};
    this.current = null; // the stream that is, or was last, played
    this.queue = [];
    this.activity = "IDLE";
    this.held = false; // while the coach speaks or listens
    sound.element.addEventListener("timeupdate", () => this.nearly());
  }

  state() {
    if (!this.current) return { playerActivity: "IDLE" };
    return { playerActivity: this.held && this.activity === "PLAYING" ? "PAUSED" : this.activity, ...this.where() };
  }

  where() {
    return { token: this.current.token, offsetInMilliseconds: Math.round(this.offset()) };
  }

  offset() {
    const { sound, current } = this;
    return current.begun ? sound.now() : current.from;
  }

  obey(directives) {
    for (const directive of directives) {
      if (directive.type === "AudioPlayer.Stop") this.stop();
      if (directive.type !== "AudioPlayer.Play") continue;
      const { url, token, offsetInMilliseconds: from } = directive.audioItem.stream;
      const item = { url, token, from, begun: false, title: directive.audioItem.metadata?.title ?? "" };
      if (directive.playBehavior === "ENQUEUE") this.queue = [item];
      else {
        this.stop();
        this.queue = [];
        this.start(item);
      }
    }
  }

  async start(item) {
    this.current = item;
    this.activity = "PLAYING";
    this.changed();
    try {
      item.shown = await this.shownOf(item.token);
    } catch {
      return this.fail(item);
    }
    if (this.current === item && this.activity === "PLAYING" && !this.held) await this.run(item);
  }

  /** Play it from where it is. If the server goes away, it is waited for; if it is there, and it cannot be played, that is told. */
  async run(item) {
    for (let again = false; ; again = true) {
      const from = item.from;
      const done = this.sound.play(item.url, item.shown, from);
      item.begun = true;
      if (!again) this.tell("PlaybackStarted", { token: item.token, offsetInMilliseconds: Math.round(from) });
      this.changed();
      try {
        if (!(await done) || this.current !== item) return;
        break;
      } catch (error) {
        if (this.current !== item || this.activity !== "PLAYING") return;
        item.from = Math.max(this.sound.now(), from);
        item.begun = false;
        if (again || error.name === "NotAllowedError") return this.fail(item);
        await this.back();
      }
    }
    this.activity = "FINISHED";
    this.tell("PlaybackFinished", { token: item.token, offsetInMilliseconds: Math.round(this.sound.now()) });
    const next = this.queue.shift();
    if (next) this.start(next);
    else this.changed();
  }

  fail(item) {
    this.activity = "STOPPED";
    const error = { type: "MEDIA_ERROR_UNKNOWN", message: "the page could not play it" };
    const state = { token: item.token, offsetInMilliseconds: Math.round(this.offset()), playerActivity: "PLAYING" };
    this.tell("PlaybackFailed", { token: item.token, currentPlaybackState: state, error });
    this.changed();
  }

  nearly() {
    const item = this.current;
    if (!item?.begun || item.nearly || this.activity !== "PLAYING") return;
    if (this.sound.element.duration * 1000 - this.sound.now() > NEARLY_MS) return;
    item.nearly = true;
    this.tell("PlaybackNearlyFinished", this.where());
  }

  /** Stop for good: the place is told. */
  stop() {
    if (this.activity !== "PLAYING") return;
    const where = this.where();
    Object.assign(this.current, { from: where.offsetInMilliseconds, begun: false });
    this.activity = "STOPPED";
    this.sound.stop();
    this.tell("PlaybackStopped", where);
    this.changed();
  }

  /** Be quiet while the coach speaks or listens, as a speaker's player is. */
  hold() {
    if (this.held) return;
    this.held = true;
    if (this.activity === "PLAYING" && this.current?.begun) {
      this.current.from = this.sound.now();
      this.current.begun = false;
      this.sound.stop();
    }
  }

  release() {
    if (!this.held) return;
    this.held = false;
    const item = this.current;
    if (this.activity === "PLAYING" && item && item.shown) {
      this.run(item);
    }
  }
}
