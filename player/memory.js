/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What this browser remembers of how one watches; nothing, where it may not. */
const name = "cardume.player";

function read() {
	try {
		return JSON.parse(localStorage.getItem(name)) || {};
	} catch {
		return {};
	}
}

export const memory = {
	get: key => read()[key],
	set(key, value) {
		try {
			localStorage.setItem(name,
				JSON.stringify({ ...read(), [key]: value }));
		} catch {
			/* Without it the next page begins anew. */
		}
	},
};
