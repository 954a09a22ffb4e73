// What is heard: the microphone, as sound to our own server, and words back. Nothing is sent to anywhere else.

const CHUNK = 1600; // samples of 16 kHz: a tenth of a second
const MOST = 25; // pieces at once

export class Ears {
  /** `began` is called when somebody begins to speak; then `heard` with the words, `meant` with an intent, or `nothing`. `now`
   * tells what the coach is saying, and what the session carries. */
  constructor(how) {
    Object.assign(this, how);
    this.on = false; // whether there is a microphone, and somebody who understands
    this.tried = false;
    this.speaking = false;
    this.queue = [];
    this.sending = false;
    this.id = crypto.randomUUID();
    this.since = performance.now(); // when something was last heard
  }

  /** Ask for the microphone. What is in the way, in a sentence; empty if nothing is. */
  async start() {
    this.tried = true;
    if (!navigator.mediaDevices?.getUserMedia) return "There is no microphone here: type what you would say.";
    const can = await fetch("/speaker/ear").then((got) => got.status, () => 0);
    if (can !== 204) return this.byBrowser();
    try {
      this.media = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      return error.name === "NotFoundError"
        ? "No microphone was found: type what you would say."
        : "The microphone is off, so type what you would say. Your browser's settings turn it on.";
    }
    this.context = new AudioContext({ sampleRate: 16000 });
    await this.context.audioWorklet.addModule("/speaker/static/tap.js");
    const tap = new AudioWorkletNode(this.context, "tap", { numberOfOutputs: 0, processorOptions: { chunk: CHUNK } });
    tap.port.onmessage = ({ data }) => this.send(data);
    this.context.createMediaStreamSource(this.media).connect(tap);
    this.on = true;
    return "";
  }

  /** The browser's own, where it has one: it may send what is said to its maker, and that is said. */
  byBrowser() {
    const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!Recognition) return "Nothing here understands speech yet, so type what you would say. Then: make run sets the ears up.";
    const ears = new Recognition();
    Object.assign(ears, { continuous: true, lang: document.body.dataset.locale });
    ears.onspeechstart = () => this.begin();
    ears.onresult = ({ results, resultIndex }) => {
      if (results[resultIndex].isFinal) this.end(results[resultIndex][0].transcript, "");
    };
    ears.onend = () => this.on && ears.start();
    ears.onerror = ({ error }) => { if (error === "not-allowed" || error === "service-not-allowed") this.on = false; };
    ears.start();
    this.browser = ears;
    this.on = true;
    return "Your browser does the listening, and may send what you say to its maker. To keep it here: pip install backbeat[ears].";
  }

  stop() {
    this.on = false;
    this.browser?.stop();
    this.media?.getTracks().forEach((track) => track.stop());
    this.context?.close();
    this.tried = false;
  }

  /** Resolves when nobody has spoken for so long. */
  async quiet(ms) {
    this.since = performance.now();
    while (this.speaking || performance.now() - this.since < ms) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  begin() {
    this.speaking = true;
    this.since = performance.now();
    this.began();
  }

  end(text, intent) {
    this.speaking = false;
    this.since = performance.now();
    if (text) this.heard(text);
    else if (intent) this.meant(intent);
    else this.nothing();
  }

  /** Sound goes in order, one request at a time; what waits goes together. */
  async send(chunk) {
    this.queue.push(chunk);
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.queue.length) {
        const body = new FormData();
        body.append("now", JSON.stringify(this.now()));
        body.append("sound", new Blob(this.queue.splice(0, MOST)));
        const got = await fetch(`/speaker/ear/${this.id}`, { method: "POST", body });
        if (!got.ok) throw new Error(String(got.status));
        const { speaking, utterances } = await got.json();
        if (speaking && !this.speaking) this.begin();
        for (const { text, intent } of utterances) this.end(text, intent);
        if (!speaking && this.speaking) this.end("", "");
      }
    } catch { this.queue = []; } // the server may be starting again: what was said meanwhile is lost
    this.sending = false;
  }
}
