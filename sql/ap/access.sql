-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param path text 1..2000
-- param signature text 0..10000
-- param input text 0..10000
-- What a document's asker must hear: whether we speak to others at all, whether
-- not to them (who their signature says they are), whether only to those who
-- sign.
SELECT p.is_told, p.is_blocked, p.is_signed
FROM document_access($1, $2, $3) p
