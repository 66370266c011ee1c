# SPDX-License-Identifier: AGPL-3.0-or-later
# An authenticator application (RFC 6238): code($typed_secret, $seconds_off).
package Cardume::Totp;
use strict;
use warnings;
use Digest::SHA qw(hmac_sha1);

sub bytes {
	my ($typed) = @_;
	my $bits = join '', map { sprintf '%05b',
		index 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } split //, $typed;
	return pack 'B*', $bits;
}

sub code {
	my ($typed, $off) = @_;
	my $step = int((time + ($off // 0)) / 30);
	my @mac = unpack 'C*', hmac_sha1(pack('Q>', $step), bytes($typed));
	my $at = $mac[-1] & 15;
	my $number = unpack 'N', pack 'C4', @mac[$at .. $at + 3];
	return sprintf '%06d', ($number & 0x7fffffff) % 1_000_000;
}

1;
