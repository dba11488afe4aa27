package statement

import (
	"reflect"
	"testing"
)

func TestClausesThatWereSplitAndMergedAreRelatedOverAllSteps(t *testing.T) {
	found := relativesIn([]Descent{
		{CID: "b", Kind: SplitFrom, Other: "a"},
		{CID: "c", Kind: SplitFrom, Other: "b"},
		{CID: "c", Kind: MergedInto, Other: "d"},
		{CID: "y", Kind: MergedInto, Other: "x"},
	})
	want := map[string][]string{
		"a": {"b", "c", "d"}, "b": {"a", "c", "d"}, "c": {"b", "d", "a"}, "d": {"c", "b", "a"}, "x": {"y"}, "y": {"x"},
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("%v", found)
	}
}
