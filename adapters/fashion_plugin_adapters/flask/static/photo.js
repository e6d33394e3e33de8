// A shopper's photo: made small before it leaves the device, and drawn on a canvas.

/** The longest side, in pixels, of what is uploaded. */
export const LONGEST_SIDE = 1024;
const QUALITY = 0.88;

/** Width and height that fit into `longest`, never larger than they are; at least 1 pixel each. */
export function fitted(width, height, longest = LONGEST_SIDE) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * Read an image file upright and downscale it: {blob, canvas}. The JPEG is made anew from pixels, so that
 * EXIF (where and when the photo was taken) stays on the device.
 */
export async function readPhoto(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // A format that this browser cannot show (HEIC outside Safari): the server may be able to read it.
    if (/\.(heic|heif|avif)$/i.test(file.name ?? "") || /^image\/(heic|heif|avif)/.test(file.type)) {
      return { blob: file, canvas: null };
    }
    throw new TypeError("not an image");
  }
  const [width, height] = fitted(bitmap.width, bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  // Transparent parts would turn black in a JPEG.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const blob = await new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new TypeError("not drawn"))), "image/jpeg", QUALITY);
  });
  return { blob, canvas };
}

/** The first image among dropped or pasted data, or null. */
export function imageOf(transfer) {
  for (const file of transfer?.files ?? []) {
    if (file.type.startsWith("image/") || /\.(heic|heif)$/i.test(file.name)) return file;
  }
  return null;
}

/** An http(s) address that was dropped or pasted as text, or "". */
export function linkOf(transfer) {
  const text = (transfer?.getData("text/uri-list") || transfer?.getData("text/plain") || "").trim().split("\n")[0];
  return /^https?:\/\/\S+$/.test(text) ? text : "";
}

const KEY = "fashion-plugin:recent";
const MOST = 4;

/** The photos of this tab's last searches, newest first; sessionStorage ends with the tab. */
export async function recentPhotos() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]").map((text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      return new Blob([bytes], { type: "image/jpeg" });
    });
  } catch {
    return [];
  }
}

/** Remember a photo in this tab; where storage is full or off, nothing is remembered. */
export async function rememberPhoto(blob) {
  try {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    const encoded = btoa(text);
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]").filter((other) => other !== encoded);
    sessionStorage.setItem(KEY, JSON.stringify([encoded, ...kept].slice(0, MOST)));
  } catch {
    // Private modes refuse storage; recent photos are a convenience.
  }
}

/** Forget every photo of this tab. */
export function forgetPhotos() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was stored either.
  }
}
