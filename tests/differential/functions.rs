//! The pure functions with what they take and give, for the generator.
//!
//! Left out are those that no two programs answer alike: `timestamp`, `plantimestamp`, `uuid`,
//! `bcrypt`, `abspath`, `pathexpand`, and `rsadecrypt`, which wants a key.

use super::sorts::Sort;

/// A function as the generator calls it.
pub(super) struct Signature {
    pub(super) name: &'static str,
    /// What it takes; the last one may come several times if `repeats` says so.
    pub(super) takes: Vec<Sort>,
    /// Whether the last argument may be left out or come again.
    pub(super) repeats: bool,
    pub(super) gives: Sort,
}

/// Name, arguments (`*` after the last: none, one or several of it), result.
const TABLE: &str = "
abs number number
alltrue bools bool
anytrue bools bool
base64decode base64 text
base64encode text text
base64gzip text text
base64sha256 text text
base64sha512 text text
basename path text
can any bool
ceil number number
chomp text text
chunklist list small list
cidrhost cidr small text
cidrnetmask cidr text
cidrsubnet cidr small small text
cidrsubnets cidr small* texts
coalesce any any* any
coalesce text text* text
coalescelist list list* list
compact texts texts
concat list list* list
contains list any bool
contains set text bool
csvdecode csv list
dirname path text
distinct list list
element list small any
endswith text text bool
file path text
filebase64 path text
filebase64sha256 path text
fileexists path bool
filemd5 path text
fileset path path set
flatten list list
floor number number
format format any* text
formatdate layout time text
formatlist format any* list
formatlist format list* list
indent small text text
index list any number
issensitive any bool
join text texts* text
jsondecode json any
jsonencode any text
keys map texts
keys object texts
length list number
length text number
length map number
length set number
log number number number
lookup map text any* any
lookup object text any* any
lower text text
matchkeys list list list list
max number* number
md5 text text
merge map map* map
merge object object* object
min number* number
nonsensitive any any
one list any
one set any
parseint text small number
pow number small number
range small* numbers
regex regex text any
regexall regex text list
replace text text text text
replace text regex text text
reverse list list
sensitive any any
sensitive text text
setintersection set set* set
setproduct list list* list
setproduct set set* set
setsubtract set set set
setunion set set* set
sha1 text text
sha256 text text
sha512 text text
signum number number
slice list small small list
sort texts texts
split text text texts
startswith text text bool
strcontains text text bool
strrev text text
substr text small small text
sum numbers number
templatefile path object text
templatestring template object text
textdecodebase64 base64 charset text
textencodebase64 text charset text
timeadd time duration text
timecmp time time number
title text text
tobool any bool
tolist any list
tolist list list
tomap any map
tomap object map
tonumber any number
tonumber text number
toset any set
toset list set
tostring any text
tostring number text
transpose map map
trim text text text
trimprefix text text text
trimspace text text
trimsuffix text text text
try any any* any
upper text text
urlencode text text
uuidv5 text text text
values map list
values object list
yamldecode yaml any
yamlencode any text
zipmap texts list map
";

/// Returns all functions.
pub(super) fn signatures() -> Vec<Signature> {
    TABLE.lines().filter(|line| !line.is_empty()).map(signature).collect()
}

fn signature(line: &'static str) -> Signature {
    let mut words: Vec<&'static str> = line.split(' ').collect();
    let name = words.remove(0);
    let gives = Sort::named(words.pop().unwrap());
    let repeats = words.last().is_some_and(|word| word.ends_with('*'));
    let takes = words.iter().map(|word| Sort::named(word.trim_end_matches('*'))).collect();
    Signature { name, takes, repeats, gives }
}
