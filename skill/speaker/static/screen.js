// The screen: a function of the moment that is heard. It has no clock of its own.

const $ = (name) => document.getElementById(name);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const FLASH_MS = 140, CAPTION_MS = 4000;

/** The last row that has begun by `t`, rows being sorted by their first column; -1 if none has. */
export function last(rows, t) {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle][0] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** What is to be seen at a moment of something that is played. Pure: the tests ask it, too. */
export function seen(shown, t) {
  const { phases, said, counts, ticks, pieces } = shown;
  let at = last(phases, t);
  const within = at >= 0 && t < phases[at][0] + phases[at][1];
  if (!within && at + 1 < phases.length) at += 1; // what is told of is what comes next
  const phase = at >= 0 ? phases[at] : null;
  const piece = phase ? pieces[phase[2]] : null;
  const sentence = said[last(said, t)];
  const count = counts[last(counts, t)];
  const tick = ticks[last(ticks, t)];
  const beat = Math.max(count?.[0] ?? -1, tick?.[0] ?? -1);
  return {
    piece, within,
    rep: phase?.[3], side: phase?.[4], phase: phase?.[5],
    through: within ? Math.min((t - phase[0]) / phase[1], 1) : 0,
    count: count && within && t - count[0] < 1600 ? count[1] : null,
    beat, flashing: beat >= 0 && t - beat < FLASH_MS,
    caption: sentence && t < sentence[0] + Math.max(sentence[1], CAPTION_MS) ? sentence[2] : "",
    done: phase && piece ? setDone(phases, phase[2], t) : 0,
  };
}

function setDone(phases, number, t) {
  const ours = phases.filter((phase) => phase[2] === number);
  const begins = ours[0][0], end = ours[ours.length - 1];
  return Math.min(Math.max((t - begins) / (end[0] + end[1] - begins), 0), 1);
}

export class Screen {
  constructor(figureOf) {
    this.figureOf = figureOf; // (exercise, form) → SVG text, or null
    this.figures = new Map();
    this.drawn = "";
    this.beat = -1;
    this.shownFigure = null;
  }

  draw(shown, t) {
    const now = seen(shown, t);
    this.text("caption", now.caption);
    this.text("count", now.count ?? "");
    if (now.piece) {
      const { piece } = now;
      this.text("name", piece.name);
      this.text("set", `${piece.set} of ${piece.sets}`);
      this.text("unit", piece.unit);
      this.text("rep", `${now.rep} of ${piece.reps}`);
      this.text("side", now.side || "–");
      $("side-of").hidden = !now.side;
      this.text("next", piece.next ? `Next: ${piece.next}` : "");
      this.ring(now.done);
      this.figure(piece.exercise, piece.form, now);
    }
    if (now.beat !== this.beat) {
      if (now.flashing) this.flash();
      this.beat = now.beat;
    }
    document.querySelector(".round").classList.toggle("flash", now.flashing);
  }

  text(name, value) {
    const node = $(name), text = String(value);
    if (node.textContent !== text) node.textContent = text;
  }

  ring(done) {
    $("ring").setAttribute("stroke-dasharray", `${(done * 100).toFixed(1)} 100`);
  }

  flash() {
    if (matchMedia("(pointer: coarse)").matches) navigator.vibrate?.(40);
  }

  async figure(exercise, form, now) {
    const name = `${exercise}/${form}`;
    if (this.drawn !== name) {
      this.drawn = name;
      const svg = await this.fetched(exercise, form);
      if (this.drawn !== name) return;
      const holder = $("figure");
      holder.replaceChildren();
      document.body.toggleAttribute("data-figure", svg !== null);
      if (svg) {
        holder.append(document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true));
        this.shownFigure = holder.firstElementChild;
        this.shownFigure.pauseAnimations?.();
        this.spans = JSON.parse(this.shownFigure.dataset.spans ?? "{}");
      } else this.shownFigure = null;
    }
    if (!this.shownFigure?.setCurrentTime) return;
    const span = this.spans?.[now.side || ""]?.[now.phase] ?? this.spans?.[Object.keys(this.spans)[0]]?.[now.phase];
    if (!span) return;
    const through = still.matches ? 1 : now.through; // without motion, the pose that a phase ends in
    this.shownFigure.setCurrentTime(span[0] + (span[1] - span[0]) * (now.within ? through : 0));
  }

  fetched(exercise, form) {
    const name = `${exercise}/${form}`;
    if (!this.figures.has(name)) this.figures.set(name, this.figureOf(exercise, form).catch(() => null));
    return this.figures.get(name);
  }
}
