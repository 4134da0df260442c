//! Expressions typed at a console, line by line, and what it says to them.

use super::terminal::Terminal;

/// Typed behind an expression: what the screen has above its echo belongs to the expression.
const LAST: &str = "\"that is all\"";

/// Types a text line by line at a console that has just been started, and returns what it says.
///
/// Each line is typed when the console asks for it, as a person does.
pub(super) fn typed(mut terminal: Terminal, text: &str) -> String {
    let mut bytes = Vec::new();
    let lines: Vec<&str> = text.split('\n').chain([LAST]).collect();
    let mut rows = until(&mut terminal, &mut bytes, is_asking);
    for line in &lines {
        let above = rows.len();
        terminal.press(&format!("{line}\r"));
        rows = until(&mut terminal, &mut bytes, |rows| rows.len() > above && is_asking(rows));
    }
    terminal.press("\u{4}");
    assert_eq!(terminal.end(), Some(0), "{rows:?}");
    let mut echoes = lines.iter().map(|line| line.trim_end()).peekable();
    let mut said = Vec::new();
    for row in &rows {
        let typed = row.strip_prefix("> ").or_else(|| row.strip_prefix(": ")).unwrap_or(row);
        let is_prompt = [">", ":"].contains(&row.as_str());
        let is_echo = echoes.peek().is_some_and(|line| {
            if line.is_empty() { is_prompt } else { typed != row && typed == *line }
        });
        if is_echo {
            echoes.next();
            if echoes.peek().is_none() {
                break;
            }
        } else {
            said.push(row.as_str());
        }
    }
    assert!(echoes.peek().is_none(), "not every line came to the screen: {rows:?}");
    said.join("\n").trim().to_owned()
}

/// Returns whether the console waits for a line.
fn is_asking(rows: &[String]) -> bool {
    matches!(rows.last().map(String::as_str), Some(">" | ":"))
}

fn until(
    terminal: &mut Terminal,
    bytes: &mut Vec<u8>,
    is_there: impl Fn(&[String]) -> bool,
) -> Vec<String> {
    loop {
        let rows = rows(&String::from_utf8_lossy(bytes));
        if is_there(&rows) {
            return rows;
        }
        bytes.extend(terminal.receive());
    }
}

/// Returns the rows of a screen without end that got a text, without the blanks at their ends.
fn rows(text: &str) -> Vec<String> {
    let mut rows = vec![Vec::new()];
    let mut column = 0_usize;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let last = rows.len() - 1;
        match c {
            '\r' => column = 0,
            '\u{8}' => column = column.saturating_sub(1),
            '\n' => rows.push(Vec::new()),
            '\u{7}' => {}
            '\u{1b}' => {
                let (count, command) = sequence(&mut rest);
                match command {
                    Some('C') => column += count.max(1),
                    Some('D') => column = column.saturating_sub(count.max(1)),
                    Some('G') => column = count.saturating_sub(1),
                    Some('J' | 'K') => rows[last].truncate(column),
                    _ => {}
                }
            }
            c => {
                let row: &mut Vec<char> = &mut rows[last];
                row.resize(row.len().max(column + 1), ' ');
                row[column] = c;
                column += 1;
            }
        }
    }
    let row = |row: Vec<char>| row.into_iter().collect::<String>().trim_end().to_owned();
    rows.into_iter().map(row).collect()
}

/// Reads what follows an escape: a number, and the letter that says what is done.
fn sequence(rest: &mut std::str::Chars<'_>) -> (usize, Option<char>) {
    if rest.next() != Some('[') {
        return (0, None);
    }
    let mut number = String::new();
    for c in rest.by_ref() {
        if c.is_ascii_alphabetic() {
            return (number.parse().unwrap_or(0), Some(c));
        }
        number.push(c);
    }
    (0, None)
}

#[test]
fn a_screen_has_what_was_left_on_it() {
    let text = "> 1\u{8}2\r\n\u{1b}[1mab\u{1b}[0mc\r\u{1b}[2CX\r\n\r\u{1b}[Jx\u{1b}[K\u{1b}[2D> ";
    assert_eq!(rows(text), ["> 2", "abX", ">"]);
}
