// Two servers that run the adapter for Go of docs/migration.md, which bench/adapter-go.sh puts beside this, over a store that both see.
// Prints `listening PORT OTHER_PORT`; on a line `restart` the first closes all with 1012.
package main

import (
	"bufio"
	"fmt"
	"math/rand"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// State is how many messages a client has ever sent.
type State struct{ Seen int }

// Resumed is what a client is told whose last messages may be lost.
type Resumed struct {
	Type string `json:"type"`
	Seen int    `json:"seen"`
}

type kept struct {
	state State
	left  bool
}

// Store has all states; one lock is enough for it and for those who write to a connection.
type Store struct {
	sync.Mutex
	kept map[string]kept
}

// Load finds a state, or makes one, and says whether its server has let go.
func (s *Store) Load(session string) (State, bool) {
	s.Lock()
	defer s.Unlock()
	return s.kept[session].state, s.kept[session].left
}

// Save keeps it.
func (s *Store) Save(session string, state State, left bool) {
	s.Lock()
	defer s.Unlock()
	s.kept[session] = kept{state, left}
}

var store = Store{kept: map[string]kept{}}

// Handle answers with the count, after a while.
func (s *State) Handle(ws *websocket.Conn, message []byte) {
	s.Seen++
	answer := map[string]int{"seen": s.Seen}
	time.AfterFunc(time.Duration(rand.Intn(100))*time.Millisecond, func() {
		store.Lock()
		defer store.Unlock()
		ws.WriteJSON(answer)
	})
}

func main() {
	var upgrader websocket.Upgrader
	var first sync.Map
	var ports [2]int
	for i := range ports {
		i := i
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		ports[i] = listener.Addr().(*net.TCPAddr).Port
		go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, err := upgrader.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer ws.Close()
			if i == 0 {
				first.Store(ws, nil)
				defer first.Delete(ws)
			}
			serve(ws, r.Header)
		}))
	}
	fmt.Println("listening", ports[0], ports[1])
	restart := websocket.FormatCloseMessage(websocket.CloseServiceRestart, "restart")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == "restart" {
			first.Range(func(ws, _ any) bool {
				ws.(*websocket.Conn).WriteControl(websocket.CloseMessage, restart, time.Now().Add(time.Second))
				return true
			})
		}
	}
}
