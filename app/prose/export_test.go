package prose

// What only tests see: the tree by itself, for the vectors of others.
var MerkleRoot = merkleRoot
