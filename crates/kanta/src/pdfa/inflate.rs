//! Decompression of `FlateDecode` (RFC 1950, RFC 1951), enough to look into object streams. It stops at a limit instead
//! of growing, and gives nothing rather than a part.

/// Longest Huffman code.
const BITS_MAX: usize = 15;

/// Base lengths and extra bits of the length codes 257–285.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// Base distances and extra bits of the distance codes 0–29.
const DISTANCES: [(u16, u8); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];
/// The order in which the lengths of the code-length codes are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Decompresses a zlib stream; none when it is broken or longer than `most`. The checksum at its end is not looked at:
/// PDF readers do not either, and what counts here is what they would read.
pub(super) fn zlib(data: &[u8], most: usize) -> Option<Vec<u8>> {
    let [method, flags, rest @ ..] = data else { return None };
    let sound = method & 15 == 8 && flags & 32 == 0 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31);
    if !sound {
        return None;
    }
    let mut bits = Bits { data: rest, at: 0, held: 0, count: 0 };
    let mut out = Vec::new();
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, most)?,
            1 => {
                let (literals, distances) = fixed();
                codes(&mut bits, &mut out, most, &literals, &distances)?;
            }
            2 => {
                let (literals, distances) = dynamic(&mut bits)?;
                codes(&mut bits, &mut out, most, &literals, &distances)?;
            }
            _ => return None,
        }
        if last {
            return Some(out);
        }
    }
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    /// The next `wanted` bits, at most 16, the first one lowest.
    fn take(&mut self, wanted: u32) -> Option<u32> {
        while self.count < wanted {
            self.held |= u32::from(*self.data.get(self.at)?) << self.count;
            self.at += 1;
            self.count += 8;
        }
        let value = self.held & ((1 << wanted) - 1);
        self.held >>= wanted;
        self.count -= wanted;
        Some(value)
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize) -> Option<()> {
    (bits.held, bits.count) = (0, 0);
    let head = bits.data.get(bits.at..bits.at + 4)?;
    let length = u16::from_le_bytes([head[0], head[1]]);
    if length != !u16::from_le_bytes([head[2], head[3]]) {
        return None;
    }
    bits.at += 4;
    let bytes = bits.data.get(bits.at..bits.at + usize::from(length))?;
    bits.at += usize::from(length);
    out.extend_from_slice(bytes);
    (out.len() <= most).then_some(())
}

/// A canonical Huffman code: how many codes of each length, and the symbols in order of their codes.
struct Huffman {
    counts: [u16; BITS_MAX + 1],
    symbols: Vec<u16>,
}

impl Huffman {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; BITS_MAX + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        counts[0] = 0;
        let mut next = [0_usize; BITS_MAX + 2];
        for length in 1..=BITS_MAX {
            next[length + 1] = next[length] + usize::from(counts[length]);
        }
        let mut symbols = vec![0; lengths.len()];
        for (symbol, length) in (0_u16..).zip(lengths).filter(|(_, length)| **length > 0) {
            let place = &mut next[usize::from(*length)];
            symbols[*place] = symbol;
            *place += 1;
        }
        Self { counts, symbols }
    }

    fn decode(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for length in 1..=BITS_MAX {
            code |= bits.take(1)?;
            let count = u32::from(self.counts[length]);
            if code < first + count {
                return self.symbols.get((index + code.checked_sub(first)?) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

fn fixed() -> (Huffman, Huffman) {
    let mut lengths = [8_u8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    (Huffman::new(&lengths), Huffman::new(&[5; 30]))
}

fn dynamic(bits: &mut Bits<'_>) -> Option<(Huffman, Huffman)> {
    let literals = bits.take(5)? as usize + 257;
    let distances = bits.take(5)? as usize + 1;
    let coded = bits.take(4)? as usize + 4;
    if literals > 286 || distances > 30 {
        return None;
    }
    let mut lengths = [0_u8; 19];
    for place in ORDER.iter().take(coded) {
        lengths[*place] = u8::try_from(bits.take(3)?).ok()?;
    }
    let code = Huffman::new(&lengths);
    let mut all: Vec<u8> = Vec::with_capacity(literals + distances);
    while all.len() < literals + distances {
        let (value, times) = match code.decode(bits)? {
            symbol @ 0..=15 => (u8::try_from(symbol).ok()?, 1),
            16 => (*all.last()?, 3 + bits.take(2)? as usize),
            17 => (0, 3 + bits.take(3)? as usize),
            _ => (0, 11 + bits.take(7)? as usize),
        };
        all.resize(all.len() + times, value);
    }
    if all.len() > literals + distances {
        return None;
    }
    Some((Huffman::new(&all[..literals]), Huffman::new(&all[literals..])))
}

fn codes(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize, literals: &Huffman, distances: &Huffman) -> Option<()> {
    loop {
        match literals.decode(bits)? {
            literal @ 0..=255 => out.push(u8::try_from(literal).ok()?),
            256 => return Some(()),
            symbol => {
                let (base, extra) = *LENGTHS.get(usize::from(symbol) - 257)?;
                let length = usize::from(base) + bits.take(u32::from(extra))? as usize;
                let (base, extra) = *DISTANCES.get(usize::from(distances.decode(bits)?))?;
                let distance = usize::from(base) + bits.take(u32::from(extra))? as usize;
                let from = out.len().checked_sub(distance)?;
                for at in from..from + length {
                    out.push(*out.get(at)?);
                }
            }
        }
        if out.len() > most {
            return None;
        }
    }
}
