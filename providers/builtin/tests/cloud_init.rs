//! Documents for cloud-init, to the byte.

use super::makers::{blocks, data, read, text, wrong_data};
use infra_model::value::Value;

type Part<'a> = &'a [(&'static str, Value)];

fn rendered(given: &[(&'static str, Value)], parts: &[Part<'_>]) -> Value {
    let parts = ("part", blocks(&*data("cloudinit_config"), "part", parts));
    let given: Vec<_> = given.iter().cloned().chain([parts]).collect();
    read("cloudinit_config", &given).unwrap()
}

fn plain() -> [(&'static str, Value); 2] {
    [("gzip", Value::from(false)), ("base64_encode", Value::from(false))]
}

#[test]
fn parts_are_written_in_their_order_with_sorted_headers() {
    let full: Part<'_> = &[
        ("content", Value::from("one\n")),
        ("content_type", Value::from("text/cloud-config")),
        ("filename", Value::from("a.cfg")),
        ("merge_type", Value::from("list()")),
    ];
    let value = rendered(&plain(), &[full, &[("content", Value::from(""))]]);
    let expected = "Content-Type: multipart/mixed; boundary=\"MIMEBOUNDARY\"\n\
        MIME-Version: 1.0\r\n\r\n--MIMEBOUNDARY\r\n\
        Content-Disposition: attachment; filename=\"a.cfg\"\r\n\
        Content-Transfer-Encoding: 7bit\r\nContent-Type: text/cloud-config\r\n\
        Mime-Version: 1.0\r\nX-Merge-Type: list()\r\n\r\none\n\r\n--MIMEBOUNDARY\r\n\
        Content-Transfer-Encoding: 7bit\r\nContent-Type: text/plain\r\n\
        Mime-Version: 1.0\r\n\r\n\r\n--MIMEBOUNDARY--\r\n";
    assert_eq!(text(&value, "rendered"), expected);
    assert_eq!(text(&value, "boundary"), "MIMEBOUNDARY");
    assert_eq!(value.get("part").unwrap().items().unwrap().len(), 2);
}

#[test]
fn packed_documents_have_the_bytes_of_the_ecosystem() {
    let part: Part<'_> = &[
        ("content", Value::from("heythere")),
        ("content_type", Value::from("text/x-shellscript")),
    ];
    let value = rendered(&[], &[part]);
    let expected = "H4sIAAAAAAAA/2TNuwrCQBCF4X5h32FJP0YrIWLhJYVFFEQFy1xGM5DMhtkJJG8vWkjQ8sDP+XaeFV\
        nhMnaYuLZvlLpcNG5pwGrlCt9zlcu4jrJDlm5P1+N+c75H5r3ghhLIc+IWs7k11gBMI2u+35JzeKBAyqWviJ+JWxak\
        k+CDKw4aDxBqbJpQCnVqTUYt/jk1jlqj4K8IYM0rAAD//0u6BO3QAAAA";
    assert_eq!(text(&value, "rendered"), expected.replace(' ', ""));
}

#[test]
fn wrong_arguments_are_told_where_they_are() {
    let given = [("base64_encode", Value::from(false))];
    assert_eq!(wrong_data("cloudinit_config", &given), ["arguments_conflict at base64_encode"]);
    assert_eq!(wrong_data("cloudinit_config", &plain()), [""; 0]);
    for boundary in ["", "a\"b", "a ", &"a".repeat(71)] {
        let given = [("boundary", Value::from(boundary))];
        assert_eq!(wrong_data("cloudinit_config", &given), ["value_unsupported at boundary"]);
    }
}
