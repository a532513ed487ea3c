export type StreamEvent = { event: string; id: string; data: string };

/**
 * The events of a stream in the format of the HTML standard (“Server-sent events”), with line ends of one `\n`. `onChunk` is
 * called for each piece that arrives, also for a comment. An event that was cut off is left out.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    onChunk();
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      yield parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function parseEvent(block: string): StreamEvent {
  const parsed: StreamEvent = { event: '', id: '', data: '' };
  for (const line of block.split('\n')) {
    const [field = '', value = ''] = line.split(/: ?(.*)/s);
    if (field === 'data') parsed.data += value;
    else if (field === 'event' || field === 'id') parsed[field] = value;
  }
  return parsed;
}
