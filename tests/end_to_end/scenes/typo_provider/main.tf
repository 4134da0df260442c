provider "dokcer" {
}
