package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"madang/app"
)

// whoMayDoWhat is written out by hand, apart from the table in role.go, so that a
// right can be given or taken only on purpose: in both places. "charter" means that
// the charter decides. The last row is somebody with a role that doesn't exist.
const whoMayDoWhat = `
	.            read       comment    settle     draft      translate  publish    govern     propose    decide     screen     answer     retract    keep       study      report
	steward      no         no         no         no         no         no         no         no         no         no         no         no         no         no         no
	chair        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes        yes
	editor       yes        yes        yes        yes        yes        yes        no         yes        yes        no         yes        yes        no         yes        yes
	drafter      yes        yes        no         yes        yes        no         no         yes        no         no         no         yes        no         no         yes
	member       yes        yes        no         no         no         no         no         yes        no         no         no         yes        no         no         yes
	facilitator  yes        yes        no         no         no         no         no         no         no         no         no         yes        no         no         yes
	note_taker   yes        yes        no         no         no         no         no         no         no         no         no         yes        no         no         yes
	interpreter  yes        yes        no         no         yes        no         no         no         no         no         no         yes        no         no         yes
	moderator    yes        yes        no         no         no         no         no         no         no         yes        no         yes        no         no         yes
	observer     charter    no         no         no         no         no         no         no         no         no         no         no         no         no         charter
	public       no         no         no         no         no         no         no         no         no         no         no         no         no         no         no`

// cell is one answer of the table.
type cell struct {
	role   app.Role
	what   app.Capability
	answer string
}

// roleTable reads whoMayDoWhat: its capabilities, its roles and every cell.
func roleTable(t *testing.T) (capabilities, roles []string, cells []cell) {
	t.Helper()
	for line := range strings.Lines(strings.TrimSpace(whoMayDoWhat)) {
		fields := strings.Fields(line)
		if capabilities == nil {
			capabilities = fields[1:]
			continue
		}
		if len(fields) != len(capabilities)+1 {
			t.Fatalf("the row of %s has %d cells, want %d", fields[0], len(fields)-1, len(capabilities))
		}
		roles = append(roles, fields[0])
		for i, what := range capabilities {
			cells = append(cells, cell{app.Role(fields[0]), app.Capability(what), fields[i+1]})
		}
	}
	return capabilities, roles, cells
}

func TestEveryRoleMayDoWhatTheTableSaysAndNothingElse(t *testing.T) {
	_, _, cells := roleTable(t)
	for _, c := range cells {
		for _, terms := range []app.Terms{{}, {ObserversRead: true}} {
			want := c.answer == "yes" || c.answer == "charter" && terms.ObserversRead
			if got := app.Permits(c.role, c.what, terms); got != want {
				t.Errorf("%s, %s, %+v: %v, want %v", c.role, c.what, terms, got, want)
			}
			member := app.Membership{Role: c.role, Terms: terms}
			if got := member.May(c.what); got != want {
				t.Errorf("a membership as %s, %s, %+v: %v, want %v", c.role, c.what, terms, got, want)
			}
		}
	}
}

func TestTheTableHasEveryRoleAndEveryCapability(t *testing.T) {
	capabilities, roles, _ := roleTable(t)
	declared := constants(t, "role.go", "Capability")
	if slices.Sort(declared); !slices.Equal(declared, slices.Sorted(slices.Values(capabilities))) {
		t.Errorf("capabilities are %v, the table has %v", declared, capabilities)
	}
	declared = append(constants(t, "role.go", "Role"), "public")
	if slices.Sort(declared); !slices.Equal(declared, slices.Sorted(slices.Values(roles))) {
		t.Errorf("roles are %v, the table has %v", declared, roles)
	}
}

// constants returns the values of the string constants of a type that a file
// declares.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, isValue := n.(*ast.ValueSpec)
		if !isValue {
			return true
		}
		if named, ok := spec.Type.(*ast.Ident); ok && named.Name == typ {
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, text)
			}
		}
		return false
	})
	return values
}

func TestAnUnknownCapabilityIsNobodys(t *testing.T) {
	for _, role := range app.GroupRoles {
		if app.Permits(role, "erase", app.Terms{ObserversRead: true}) {
			t.Errorf("%s may do what no table names", role)
		}
	}
}

func TestTheStewardHasNoPlaceInAWorkingGroup(t *testing.T) {
	_, roles, _ := roleTable(t)
	for _, role := range roles {
		want := role != "steward" && role != "public"
		if got := app.Role(role).IsGroupRole(); got != want {
			t.Errorf("%s can be held in a group: %v, want %v", role, got, want)
		}
	}
}

func TestRolesThatPermitAThingDoSoWhateverTheCharterSays(t *testing.T) {
	capabilities, _, cells := roleTable(t)
	for _, what := range capabilities {
		var want []app.Role
		for _, c := range cells {
			if string(c.what) == what && c.answer == "yes" {
				want = append(want, c.role)
			}
		}
		if got := app.RolesWith(app.Capability(what)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
}
