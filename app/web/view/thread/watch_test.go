package thread_test

import (
	"testing"

	threadview "madang/app/web/view/thread"
)

func TestATopicSaysWhatAPageChose(t *testing.T) {
	for topic, watch := range map[string]threadview.Watch{
		"statement:s":               {Statement: "s", Choice: "open"},
		"statement:s:mine::":        {Statement: "s", Choice: "mine"},
		"statement:s:::ko":          {Statement: "s", Read: "ko"},
		"statement:s:resolved:g:en": {Statement: "s", Choice: "resolved", Voice: "g", Read: "en"},
	} {
		if got := watch.Topic(); got != topic {
			t.Errorf("%+v is %q, want %q", watch, got, topic)
		}
		if watch.Choice == "open" {
			watch.Choice = "" // which is the choice of whoever asks for none
		}
		if got := threadview.WatchOf(topic[len("statement:"):]); got != watch {
			t.Errorf("%q is %+v", topic, got)
		}
	}
}
