fn main() {
    // ANCHOR: row
    let row = ["over", "under"];
    // ANCHOR_END: row
    println!("{}", row.join(" "));
}
