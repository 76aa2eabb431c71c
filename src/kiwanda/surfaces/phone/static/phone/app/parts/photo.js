// A photo small enough for a slow line: at most 1024 pixels and 60 KB, drawn anew so that nothing of the camera's own
// notes (place, time, model) stays in it.
import { hash, toHex } from "../core/ids.js";

const LONGEST = 1024;
const LARGEST = 60 * 1024;

/** {sha, bytes, size} of the picture in `file`; throws where the phone cannot read it. */
export async function shrink(file) {
  const picture = await decoded(file);
  let scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  for (;;) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of [0.8, 0.65, 0.5, 0.38]) {
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (blob && blob.size <= LARGEST) {
        const bytes = await blob.arrayBuffer();
        picture.close?.();
        return { sha: toHex(await hash(bytes)), bytes, size: bytes.byteLength };
      }
    }
    scale *= 0.75;
  }
}

async function decoded(file) {
  if (self.createImageBitmap) return createImageBitmap(file);
  const image = new Image();
  image.src = URL.createObjectURL(file);
  await image.decode();
  return image;
}
