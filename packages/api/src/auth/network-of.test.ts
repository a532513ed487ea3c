import { expect, test } from 'vitest';
import { networkOf } from './network-of.ts';

test('the addresses of one /64 are one network, and an IPv4 address is its own', () => {
  const networks = {
    '203.0.113.9': '203.0.113.9',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:0db8:0001:0002::1': '2001:db8:1:2::/64',
    '2001:db8::1': '2001:db8:0:0::/64',
    '2001:db8:1:2:3:4:192.0.2.1': '2001:db8:1:2::/64',
    '::1': '0:0:0:0::/64',
    '::': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    'no address': 'no address',
    '': '',
  };
  const addresses = Object.keys(networks);
  expect(Object.fromEntries(addresses.map((address) => [address, networkOf(address)]))).toEqual(networks);
});
