// OSC 1.0 messages, as the door's WebSocket carries them: one argument, no bundles. Pure.

const encoder = new TextEncoder(),
  decoder = new TextDecoder();

function padded(text) {
  const bytes = encoder.encode(text);
  const field = new Uint8Array((bytes.length + 4) & ~3);
  field.set(bytes);
  return field;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function four(write) {
  const bytes = new Uint8Array(4);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** One message; `type` is the node's TYPE: f, i, s or T. */
export function message(path, type, value) {
  const tag = type === "T" ? (value ? "T" : "F") : type;
  const parts = [padded(path), padded("," + tag)];
  if (tag === "f") parts.push(four(view => view.setFloat32(0, value)));
  if (tag === "i") parts.push(four(view => view.setInt32(0, value)));
  if (tag === "s") parts.push(padded(String(value)));
  return joined(parts);
}

/** [path, value] of one message; the value of a message without arguments is true. */
export function read(buffer) {
  const view = new DataView(buffer),
    bytes = new Uint8Array(buffer);
  let at = 0;
  const text = () => {
    const end = bytes.indexOf(0, at),
      found = decoder.decode(bytes.subarray(at, end));
    at = (end + 4) & ~3;
    return found;
  };
  const path = text(),
    tag = text()[1];
  switch (tag) {
    case "f":
      return [path, view.getFloat32(at)];
    case "i":
      return [path, view.getInt32(at)];
    case "s":
      return [path, text()];
    case "b":
      return [path, bytes.slice(at + 4, at + 4 + view.getInt32(at))];
    default:
      return [path, tag !== "F"];
  }
}
