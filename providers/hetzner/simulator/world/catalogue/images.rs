//! Images that come from the API's owner: systems and apps.

/// A system or an app, of one architecture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemImage {
    pub(crate) id: u64,
    /// `system` or `app`.
    pub(crate) sort: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) flavor: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) architecture: &'static str,
    pub(crate) is_deprecated: bool,
}

const fn system(
    (id, architecture): (u64, &'static str),
    (name, description): (&'static str, &'static str),
    (flavor, version): (&'static str, &'static str),
) -> SystemImage {
    SystemImage {
        id,
        sort: "system",
        name,
        description,
        flavor,
        version: Some(version),
        architecture,
        is_deprecated: false,
    }
}

const fn app(
    (id, architecture): (u64, &'static str),
    (name, description): (&'static str, &'static str),
) -> SystemImage {
    SystemImage {
        id,
        sort: "app",
        name,
        description,
        flavor: "ubuntu",
        version: Some("24.04"),
        architecture,
        is_deprecated: false,
    }
}

const fn deprecated(mut image: SystemImage) -> SystemImage {
    image.is_deprecated = true;
    image
}

/// All of them.
pub(crate) const SYSTEM_IMAGES: &[SystemImage] = &[
    system((67_794_396, "x86"), ("ubuntu-22.04", "Ubuntu 22.04"), ("ubuntu", "22.04")),
    system((103_908_130, "arm"), ("ubuntu-22.04", "Ubuntu 22.04"), ("ubuntu", "22.04")),
    system((161_547_269, "x86"), ("ubuntu-24.04", "Ubuntu 24.04"), ("ubuntu", "24.04")),
    system((161_547_270, "arm"), ("ubuntu-24.04", "Ubuntu 24.04"), ("ubuntu", "24.04")),
    deprecated(system((45_557_056, "x86"), ("debian-11", "Debian 11"), ("debian", "11"))),
    deprecated(system((103_907_373, "arm"), ("debian-11", "Debian 11"), ("debian", "11"))),
    system((114_690_387, "x86"), ("debian-12", "Debian 12"), ("debian", "12")),
    system((114_690_389, "arm"), ("debian-12", "Debian 12"), ("debian", "12")),
    system((310_557_660, "x86"), ("debian-13", "Debian 13"), ("debian", "13")),
    system((310_557_661, "arm"), ("debian-13", "Debian 13"), ("debian", "13")),
    system((232_895_821, "x86"), ("fedora-42", "Fedora 42"), ("fedora", "42")),
    system((232_895_822, "arm"), ("fedora-42", "Fedora 42"), ("fedora", "42")),
    system((76_766_499, "x86"), ("rocky-9", "Rocky Linux 9"), ("rocky", "9")),
    system((103_908_070, "arm"), ("rocky-9", "Rocky Linux 9"), ("rocky", "9")),
    system((76_778_710, "x86"), ("alma-9", "AlmaLinux 9"), ("alma", "9")),
    system((103_908_071, "arm"), ("alma-9", "AlmaLinux 9"), ("alma", "9")),
    system((45_778_092, "x86"), ("centos-stream-9", "CentOS Stream 9"), ("centos", "stream 9")),
    system((169_439_590, "x86"), ("opensuse-15", "openSUSE Leap 15"), ("opensuse", "15")),
    app((40_093_247, "x86"), ("docker-ce", "Docker CE")),
    app((105_888_141, "arm"), ("docker-ce", "Docker CE")),
    app((40_093_140, "x86"), ("lamp", "LAMP Stack")),
    app((40_093_234, "x86"), ("wordpress", "WordPress")),
];
