// The speaker as Alexa sees it: envelopes out, responses in, an AudioPlayer that tells what it does.
// What it may say and when is Amazon's: docs/platform-facts.md, sections 1 to 6.

const APPLICATION = "amzn1.ask.skill.backbeat-on-this-machine";
const id = (kind) => `amzn1.echo-api.${kind}.${crypto.randomUUID()}`;

export class Device {
  /** `ask(path, body)` posts JSON and gives the answer; `player` is the AudioPlayer, which plays streams. */
  constructor(user, locale, ask, player) {
    Object.assign(this, { user, locale, ask, player });
    this.attributes = null; // of the open session; null where none is open
    this.session = "";
    this.meant = null; // the request of which the speaker has asked whether it was meant
    this.telling = Promise.resolve();
  }

  /** What was typed or heard, from words to a response; null where something else is to be asked first: `doubt` says what. */
  async say(text) {
    const { request, doubt } = await this.ask("/speaker/heard", {
      text, attributes: this.attributes ?? {}, meant: this.meant !== null,
    });
    const before = this.meant;
    this.meant = null;
    if (doubt) {
      this.meant = request;
      return { doubt };
    }
    const yes = before && request.intent?.name === "AMAZON.YesIntent";
    return { response: await this.request(yes ? before : request) };
  }

  /** Open the skill, as "Alexa, open …" does. */
  launch() {
    this.attributes = null;
    return this.request({ type: "LaunchRequest" });
  }

  /** Nobody answered, or they left: the session is over. */
  async end(reason) {
    if (this.attributes === null) return;
    const ended = this.envelope({ type: "SessionEndedRequest", reason });
    this.attributes = this.meant = null;
    await this.ask("/speaker/alexa", ended);
  }

  /** Send a request of a session; the response, whose directives are the caller's to obey when it has been spoken. */
  async request(request) {
    await this.telling; // what the player told is heard first
    const answer = await this.ask("/speaker/alexa", this.envelope(request));
    const open = answer.response.shouldEndSession === false;
    this.attributes = open ? answer.sessionAttributes ?? {} : null;
    return answer.response;
  }

  /** Tell what the player does, in order; what is answered is done at once. */
  tell(kind, fields) {
    this.telling = this.telling.then(async () => {
      const answer = await this.ask("/speaker/alexa", this.envelope({ type: `AudioPlayer.${kind}`, ...fields }));
      this.player.obey(answer.response.directives ?? []);
    }).catch(() => {}); // a report that is lost: the coach reckons with that
    return this.telling;
  }

  envelope(request) {
    const application = { applicationId: APPLICATION }, user = { userId: this.user };
    const envelope = {
      version: "1.0",
      context: {
        System: { application, user, device: { deviceId: "browser", supportedInterfaces: { AudioPlayer: {} } } },
        AudioPlayer: this.player.state(),
      },
      request: { ...request, requestId: id("request"), timestamp: new Date().toISOString(), locale: this.locale },
    };
    if (!request.type.startsWith("AudioPlayer.")) {
      const fresh = this.attributes === null;
      if (fresh) this.session = id("session");
      envelope.session = { new: fresh, sessionId: this.session, attributes: this.attributes ?? {}, application, user };
    }
    return envelope;
  }
}
