//! The types of servers that there are, by their generations; sizes are real, prices fictional.

use super::{Retirement, ServerType, TypeAt};
use crate::world::catalogue::{
    locations::{ELSEWHERE, EUROPE},
    price::Price,
};

/// When the generation before the current ones was announced to go: 2025-10-16.
const ANNOUNCED_MS: u64 = 1_760_572_800_000;

/// When it was gone: 2025-12-31.
const GONE_MS: u64 = 1_767_139_200_000;

/// When types that are still on offer will be gone; invented: 2027-03-31.
const GOING_MS: u64 = 1_806_451_200_000;

/// First id, name's begin, last digit, and `cores, memory, disk, price` of each size.
type Generation = (u64, &'static str, char, &'static [(u64, u64, u64, u64)]);

const CX2: Generation = (
    104,
    "cx",
    '2',
    &[(2, 4, 40, 37_900), (4, 8, 80, 68_000), (8, 16, 160, 164_000), (16, 32, 320, 324_000)],
);
const CX3: Generation = (
    114,
    "cx",
    '3',
    &[(2, 4, 40, 34_900), (4, 8, 80, 54_900), (8, 16, 160, 94_900), (16, 32, 320, 174_900)],
);
const CPX1: Generation = (
    22,
    "cpx",
    '1',
    &[
        (2, 2, 40, 43_500),
        (3, 4, 80, 75_500),
        (4, 8, 160, 136_000),
        (8, 16, 240, 252_000),
        (16, 32, 360, 549_000),
    ],
);
const CPX2: Generation = (
    124,
    "cpx",
    '2',
    &[
        (1, 2, 40, 49_900),
        (2, 4, 80, 64_900),
        (4, 8, 160, 109_900),
        (8, 16, 320, 199_900),
        (12, 24, 480, 284_900),
        (16, 32, 640, 389_900),
    ],
);
const CAX: Generation = (
    45,
    "cax",
    '1',
    &[(2, 4, 40, 37_900), (4, 8, 80, 64_900), (8, 16, 160, 124_900), (16, 32, 320, 244_900)],
);
const CCX: Generation = (
    96,
    "ccx",
    '3',
    &[
        (2, 8, 80, 124_900),
        (4, 16, 160, 244_900),
        (8, 32, 240, 484_900),
        (16, 64, 360, 964_900),
        (32, 128, 600, 1_924_900),
        (48, 192, 960, 2_884_900),
    ],
);

pub(crate) fn all() -> Vec<ServerType> {
    let gone = Some(Retirement { announced_ms: ANNOUNCED_MS, unavailable_after_ms: GONE_MS });
    let going =
        Some(Retirement { announced_ms: 1_790_812_800_000, unavailable_after_ms: GOING_MS });
    let europe = |retirement| EUROPE.map(|name| at(name, retirement)).to_vec();
    let mut cpx1 = europe(gone);
    cpx1.extend(ELSEWHERE.map(|name| at(name, going)));
    let everywhere: Vec<TypeAt> =
        EUROPE.iter().chain(&ELSEWHERE).map(|name| at(name, None)).collect();
    let mut types = generation(CX2, ("shared", "x86"), &europe(gone));
    types.extend(generation(CX3, ("shared", "x86"), &europe(None)));
    types.extend(generation(CPX1, ("shared", "x86"), &cpx1));
    types.extend(generation(CPX2, ("shared", "x86"), &europe(None)));
    types.extend(generation(CAX, ("shared", "arm"), &europe(None)));
    types.extend(generation(CCX, ("dedicated", "x86"), &everywhere));
    types
}

fn at(name: &'static str, retirement: Option<Retirement>) -> TypeAt {
    let is_gone = retirement.is_some_and(|retirement| retirement.unavailable_after_ms == GONE_MS);
    TypeAt { name, is_available: !is_gone, is_recommended: retirement.is_none(), retirement }
}

fn generation(
    (first_id, begin, last, sizes): Generation,
    (cpu_type, architecture): (&'static str, &'static str),
    locations: &[TypeAt],
) -> Vec<ServerType> {
    // Sizes of `cx` begin with 2: cx22, cx32.
    let from = if begin == "cx" { 2 } else { 1 };
    let size =
        |(number, (cores, memory_gb, disk_gb, price)): (u64, &(u64, u64, u64, u64))| ServerType {
            id: first_id + number,
            name: format!("{begin}{}{last}", from + number),
            cores: *cores,
            memory_gb: *memory_gb,
            disk_gb: *disk_gb,
            cpu_type,
            architecture,
            monthly: Price(*price),
            locations: locations.to_vec(),
        };
    (0..).zip(sizes).map(size).collect()
}
