/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * UUIDs (RFC 4122) and their short form: the 128 bits as one big-endian
 * number in flickr's base58, always 22 characters, padded in front with '1'
 * (the zero). It is what PeerTube writes in /w/ URLs and what the SQL function
 * short_uuid() makes.
 */
#ifndef CARDUME_SHORTID_H
#define CARDUME_SHORTID_H

#include <stdbool.h>
#include <stdint.h>

#define UUID_BYTES 16
#define UUID_SIZE 37 /* of the text form, with its NUL */
#define SHORTID_SIZE 23 /* likewise */

/* "2a8b1c3d-....": 36 characters, either case. False when it is not one. */
bool uuid_parse(uint8_t uuid[UUID_BYTES], const char *text);
/* Lower case. */
void uuid_format(char out[UUID_SIZE], const uint8_t uuid[UUID_BYTES]);
/* A new random UUID, version 4. */
void uuid_random(uint8_t uuid[UUID_BYTES]);

void shortid_encode(char out[SHORTID_SIZE], const uint8_t uuid[UUID_BYTES]);
/* False when `text` is not 22 characters of the alphabet, or is a number of
 * more than 128 bits. */
bool shortid_decode(uint8_t uuid[UUID_BYTES], const char *text);

#endif
