/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a film's own server says of its pieces: {FILE: {"FIRST-LAST": SHA-256 in
 * hexadecimal}}. */

/* Nothing where there is none. */
export async function fetchHashes(url) {
	const answer = url && await fetch(url);

	return answer && answer.ok ? answer.json() : {};
}

export async function digest(data) {
	const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));

	return [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
}
