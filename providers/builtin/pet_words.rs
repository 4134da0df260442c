//! Words for pet names; our own choice, so names differ from those that other tools would draw.

/// How.
#[rustfmt::skip]
pub(crate) const ADVERBS: &[&str] = &[
    "actually", "amply", "aptly", "badly", "barely", "boldly", "briefly", "brightly", "calmly",
    "clearly", "closely", "commonly", "daily", "deeply", "duly", "eagerly", "early", "easily",
    "equally", "evenly", "exactly", "fairly", "finely", "firmly", "freely", "fully", "gently",
    "gladly", "greatly", "happily", "hardly", "highly", "jointly", "justly", "kindly",
    "largely", "lately", "lightly", "likely", "loosely", "loudly", "mainly", "mildly", "mostly",
    "nearly", "neatly", "newly", "nicely", "notably", "often", "openly", "partly", "plainly",
    "poorly", "possibly", "quickly", "quietly", "rarely", "readily", "really", "rightly",
    "safely", "sharply", "simply", "slowly", "smoothly", "softly", "solely", "sorely",
    "steadily", "strongly", "subtly", "suddenly", "surely", "terribly", "thinly", "tightly",
    "truly", "usually", "vastly", "verily", "warmly", "weekly", "wholly", "widely", "wildly",
    "wisely", "wrongly", "yearly",
];

/// What it is like.
#[rustfmt::skip]
pub(crate) const ADJECTIVES: &[&str] = &[
    "able", "active", "agile", "alert", "amber", "ample", "apt", "azure", "balanced", "blithe",
    "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "careful", "cheerful",
    "civil", "clean", "clear", "clever", "cosy", "crisp", "curious", "daring", "dear", "deft",
    "direct", "eager", "early", "earnest", "easy", "fair", "famous", "fast", "fine", "fit",
    "fond", "frank", "free", "fresh", "full", "gentle", "glad", "golden", "good", "grand",
    "great", "handy", "happy", "hardy", "helpful", "honest", "humble", "ideal", "keen", "kind",
    "known", "large", "lasting", "light", "likely", "lively", "loyal", "lucky", "mellow",
    "merry", "mighty", "mild", "modest", "musical", "native", "neat", "nimble", "noble", "open",
    "patient", "placid", "plain", "polite", "prime", "proud", "pure", "quick", "quiet", "ready",
    "real", "robust", "sharp", "smart", "smooth", "social", "solid", "sound", "sturdy", "sunny",
    "sure", "swift", "tender", "tidy", "trusty", "upright", "useful", "valid", "vital", "warm",
    "willing", "wise", "witty", "worthy",
];

/// What it is.
#[rustfmt::skip]
pub(crate) const ANIMALS: &[&str] = &[
    "adder", "albatross", "alpaca", "ant", "antelope", "badger", "bass", "bat", "bear",
    "beaver", "bee", "beetle", "bison", "boar", "bobcat", "buffalo", "bunting", "camel", "carp",
    "cat", "chamois", "cheetah", "cobra", "cod", "colt", "condor", "corgi", "cormorant", "cow",
    "coyote", "crab", "crane", "cricket", "crow", "deer", "dingo", "dodo", "dog", "dolphin",
    "donkey", "dormouse", "dove", "dragonfly", "duck", "eagle", "eel", "egret", "elephant",
    "elk", "falcon", "ferret", "finch", "firefly", "fish", "flamingo", "fox", "frog", "gannet",
    "gazelle", "gecko", "gibbon", "giraffe", "goat", "goose", "gopher", "grouse", "gull",
    "hamster", "hare", "hawk", "hedgehog", "heron", "herring", "hippo", "hornet", "horse",
    "ibex", "ibis", "iguana", "jackal", "jackdaw", "jaguar", "jay", "kestrel", "kingfisher",
    "kite", "kiwi", "koala", "lark", "lemming", "lemur", "leopard", "lion", "lizard", "llama",
    "lobster", "locust", "lynx", "magpie", "mallard", "marmot", "marten", "mink", "mole",
    "mongoose", "moose", "moth", "mouse", "mule", "newt", "ocelot", "octopus", "otter", "owl",
    "ox", "oyster", "panda", "panther", "parrot", "partridge", "pelican", "penguin", "perch",
    "pheasant", "pigeon", "pike", "plover", "pony", "porpoise", "possum", "puffin", "puma",
    "quail", "rabbit", "raccoon", "raven", "robin", "rook", "salmon", "seal", "shark", "sheep",
    "shrew", "shrimp", "skunk", "skylark", "sloth", "snail", "sparrow", "spider", "squid",
    "squirrel", "starling", "stork", "swallow", "swan", "swift", "tapir", "termite", "tern",
    "thrush", "tiger", "toad", "trout", "turkey", "turtle", "viper", "vole", "vulture",
    "walrus", "wasp", "weasel", "whale", "wolf", "wombat", "woodpecker", "wren", "yak", "zebra",
];
