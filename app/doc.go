// Package app is the kernel that every room of Madang shares: who asks
// (Actor, Membership), what a role permits (Role, Capability), what went wrong
// (Error), what is meant (ID, Ref) and what time it is (Clock).
//
// Nothing here knows a database, a page or a socket, and nothing may come in
// that only one room needs.
package app
