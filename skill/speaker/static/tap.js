// In the audio's own thread: the microphone in pieces, as 16-bit samples.
registerProcessor("tap", class extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.piece = new Int16Array(processorOptions.chunk);
    this.filled = 0;
  }

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.piece[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.filled < this.piece.length) continue;
      this.port.postMessage(this.piece.slice().buffer);
      this.filled = 0;
    }
    return true;
  }
});
