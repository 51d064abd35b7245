import { describe, expect, it } from '@jest/globals';
import {
  formatDuration,
  parseDuration,
  parseSize,
  parseWhole,
} from '../../../src/server/config/parse.js';

describe('units', () => {
  it.each([
    ['250ms', 250],
    ['1s', 1000],
    ['1.5s', 1500],
    [' 2M ', 120_000],
    ['1h', 3_600_000],
    ['0s', 0],
    ['1', undefined],
    ['', undefined],
    ['s', undefined],
    ['-1s', undefined],
    ['1e3s', undefined],
    ['1 s', undefined],
    ['1.0001s', undefined],
    ['0.5ms', undefined],
    ['1d', undefined],
  ])('duration %j is %p ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ['4096', 4096],
    ['64kb', 65_536],
    ['1mb', 1_048_576],
    ['0.5MB', 524_288],
    ['12b', 12],
    ['1gb', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
  ])('size %j is %p bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    ['0', 0],
    ['9876', 9876],
    ['0x10', undefined],
    ['1.0', undefined],
    ['+1', undefined],
    ['', undefined],
    ['1234567890', undefined],
  ])('whole number %j is %p', (text, value) => {
    expect(parseWhole(text)).toBe(value);
  });

  it.each([
    [250, '250ms'],
    [1000, '1s'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDuration(text)).toBe(ms);
  });
});
