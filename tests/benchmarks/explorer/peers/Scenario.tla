------------------------------ MODULE Scenario ------------------------------
(* The scenario in TLA+, for TLC. A pod is a number: 0 for none, 1 for a new  *)
(* one, else 4 * (node + 1), plus 2 when it runs, plus 1 when it is deleted.  *)
(* Each control loop's guard has a name of its own, so that Quiet can ask     *)
(* whether nothing but users and faults can still do something.               *)
EXTENDS Integers, FiniteSets

CONSTANTS ReplicaSets, Slots, Nodes, Capacity, Desired, Faults, Scales

VARIABLES wanted, seen, waits, pod, copy, cache, box, up, faults, scales

vars == <<wanted, seen, waits, pod, copy, cache, box, up, faults, scales>>

Sets     == 0 .. ReplicaSets - 1
Pods     == 0 .. ReplicaSets * Slots - 1
Machines == 0 .. Nodes - 1
Own(r)   == r * Slots .. (r + 1) * Slots - 1
Owner(i) == i \div Slots

Absent == 0
New == 1
Bound(n)    == 4 * n + 4
On(p, n)    == p \div 4 = n + 1
Stays(p, n) == p \div 4 = n + 1 /\ p % 2 = 0
Goes(p, n)  == p \div 4 = n + 1 /\ p % 2 = 1
Active(p)   == p = New \/ (p > New /\ p % 2 = 0)
Ready(p)    == p > New /\ p % 4 = 2
Worth(p)    == IF ~Active(p) THEN 3 ELSE IF p = New THEN 0 ELSE IF p % 4 = 2 THEN 2 ELSE 1

Count(S) == Cardinality(S)
Replicas(r) == Count({i \in Own(r) : Active(copy[i])})
Free(r) == {i \in Own(r) : pod[i] = Absent /\ copy[i] = Absent /\ cache[i] = Absent /\ \A n \in Machines : box[n][i] = "none"}

Init ==
  /\ wanted = [r \in Sets |-> 1] /\ seen = [r \in Sets |-> 1] /\ waits = [r \in Sets |-> "nothing"]
  /\ pod = [i \in Pods |-> Absent] /\ copy = [i \in Pods |-> Absent] /\ cache = [i \in Pods |-> Absent]
  /\ box = [n \in Machines |-> [i \in Pods |-> "none"]]
  /\ up = [n \in Machines |-> TRUE] /\ faults = Faults /\ scales = Scales

-----------------------------------------------------------------------------
(* When each control loop, kubelet or repair can do something. *)

MustRead(r)    == seen[r] # wanted[r]
MustCreate(r)  == waits[r] = "nothing" /\ Replicas(r) < seen[r] /\ Free(r) # {}
MustExpire(r)  == waits[r] # "nothing" /\ \A i \in Own(r) : pod[i] = copy[i]
MustWatch(i)   == copy[i] # pod[i]
MustDelete(i)  == /\ waits[Owner(i)] = "nothing" /\ Active(copy[i]) /\ Active(pod[i])
                  /\ Replicas(Owner(i)) > seen[Owner(i)]
                  /\ \A j \in Own(Owner(i)) : Worth(copy[i]) <= Worth(copy[j])
MustSee(i)     == cache[i] # pod[i]
MustBind(i, n) == pod[i] = New /\ cache[i] = New /\ up[n] /\ Count({j \in Pods : On(cache[j], n)}) < Capacity
MustGo(i, n)   == ~up[n] /\ On(pod[i], n)
MustStart(n, i)  == box[n][i] # "up" /\ up[n] /\ Stays(pod[i], n)
MustReport(n, i) == up[n] /\ Stays(pod[i], n) /\ Ready(pod[i]) # (box[n][i] = "up")
MustKill(n, i)   == box[n][i] # "none" /\ ~Stays(pod[i], n)
MustFinish(n, i) == box[n][i] = "none" /\ up[n] /\ Goes(pod[i], n)

Busy ==
  \/ \E i \in Pods : MustWatch(i) \/ MustSee(i)
  \/ \E r \in Sets : MustRead(r) \/ MustCreate(r) \/ MustExpire(r)
  \/ \E n \in Machines : ~up[n]
  \/ \E i \in Pods : MustDelete(i)
  \/ \E i \in Pods : \E n \in Machines :
       MustBind(i, n) \/ MustStart(n, i) \/ MustReport(n, i) \/ MustKill(n, i) \/ MustFinish(n, i)

-----------------------------------------------------------------------------
(* The ReplicaSet controller. *)

Read(r) ==
  /\ MustRead(r)
  /\ seen' = [seen EXCEPT ![r] = wanted[r]]
  /\ UNCHANGED <<wanted, waits, pod, copy, cache, box, up, faults, scales>>

Create(r) ==
  /\ MustCreate(r)
  /\ LET slot == CHOOSE i \in Free(r) : \A j \in Free(r) : i <= j
     IN pod' = [pod EXCEPT ![slot] = New]
  /\ waits' = [waits EXCEPT ![r] = "add"]
  /\ UNCHANGED <<wanted, seen, copy, cache, box, up, faults, scales>>

Delete(i) ==
  /\ MustDelete(i)
  /\ pod' = [pod EXCEPT ![i] = IF @ = New THEN Absent ELSE @ + 1]
  /\ waits' = [waits EXCEPT ![Owner(i)] = "delete"]
  /\ UNCHANGED <<wanted, seen, copy, cache, box, up, faults, scales>>

Expire(r) ==
  /\ MustExpire(r)
  /\ waits' = [waits EXCEPT ![r] = "nothing"]
  /\ UNCHANGED <<wanted, seen, pod, copy, cache, box, up, faults, scales>>

Watch(i) ==
  /\ MustWatch(i)
  /\ copy' = [copy EXCEPT ![i] = pod[i]]
  /\ waits' = [waits EXCEPT ![Owner(i)] =
       IF \/ @ = "add" /\ copy[i] = Absent
          \/ @ = "delete" /\ Active(copy[i]) /\ ~Active(pod[i])
       THEN "nothing" ELSE @]
  /\ UNCHANGED <<wanted, seen, pod, cache, box, up, faults, scales>>

-----------------------------------------------------------------------------
(* The scheduler, the garbage collector and the kubelets. *)

See(i) ==
  /\ MustSee(i)
  /\ cache' = [cache EXCEPT ![i] = pod[i]]
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, box, up, faults, scales>>

Bind(i, n) ==
  /\ MustBind(i, n)
  /\ pod' = [pod EXCEPT ![i] = Bound(n)]
  /\ cache' = [cache EXCEPT ![i] = Bound(n)]
  /\ UNCHANGED <<wanted, seen, waits, copy, box, up, faults, scales>>

Collect(i, n) ==
  /\ MustGo(i, n)
  /\ pod' = [pod EXCEPT ![i] = Absent]
  /\ UNCHANGED <<wanted, seen, waits, copy, cache, box, up, faults, scales>>

Start(n, i) ==
  /\ MustStart(n, i)
  /\ box' = [box EXCEPT ![n][i] = "up"]
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, cache, up, faults, scales>>

Report(n, i) ==
  /\ MustReport(n, i)
  /\ pod' = [pod EXCEPT ![i] = IF box[n][i] = "up" THEN Bound(n) + 2 ELSE Bound(n)]
  /\ UNCHANGED <<wanted, seen, waits, copy, cache, box, up, faults, scales>>

Kill(n, i) ==
  /\ MustKill(n, i)
  /\ box' = [box EXCEPT ![n][i] = "none"]
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, cache, up, faults, scales>>

Finish(n, i) ==
  /\ MustFinish(n, i)
  /\ pod' = [pod EXCEPT ![i] = Absent]
  /\ UNCHANGED <<wanted, seen, waits, copy, cache, box, up, faults, scales>>

-----------------------------------------------------------------------------
(* Users, faults and repairs. *)

Scale(r, d) ==
  /\ scales > 0 /\ wanted[r] # d
  /\ wanted' = [wanted EXCEPT ![r] = d]
  /\ scales' = scales - 1
  /\ UNCHANGED <<seen, waits, pod, copy, cache, box, up, faults>>

Exit(n, i) ==
  /\ faults > 0 /\ box[n][i] = "up"
  /\ box' = [box EXCEPT ![n][i] = "exited"]
  /\ faults' = faults - 1
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, cache, up, scales>>

NodeDown(n) ==
  /\ faults > 0 /\ up[n]
  /\ up' = [up EXCEPT ![n] = FALSE]
  /\ box' = [box EXCEPT ![n] = [i \in Pods |-> "none"]]
  /\ faults' = faults - 1
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, cache, scales>>

NodeUp(n) ==
  /\ ~up[n]
  /\ up' = [up EXCEPT ![n] = TRUE]
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, cache, box, faults, scales>>

ControllerCrash ==
  /\ faults > 0
  /\ copy' = pod /\ seen' = wanted /\ waits' = [r \in Sets |-> "nothing"]
  /\ faults' = faults - 1
  /\ UNCHANGED <<wanted, pod, cache, box, up, scales>>

SchedulerCrash ==
  /\ faults > 0
  /\ cache' = pod
  /\ faults' = faults - 1
  /\ UNCHANGED <<wanted, seen, waits, pod, copy, box, up, scales>>

Next ==
  \/ \E r \in Sets : Read(r) \/ Create(r) \/ Expire(r) \/ \E d \in 0 .. Desired : Scale(r, d)
  \/ \E i \in Pods : \/ Watch(i) \/ Delete(i) \/ See(i)
                     \/ \E n \in Machines : \/ Bind(i, n) \/ Collect(i, n) \/ Start(n, i) \/ Report(n, i)
                                            \/ Kill(n, i) \/ Finish(n, i) \/ Exit(n, i)
  \/ \E n \in Machines : NodeDown(n) \/ NodeUp(n)
  \/ ControllerCrash \/ SchedulerCrash

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
WithinCapacity == \A n \in Machines : Count({i \in Pods : On(pod[i], n)}) <= Capacity
RunsOnce == \A i \in Pods : Count({n \in Machines : box[n][i] # "none"}) <= 1
WithinScale == \A r \in Sets : Count({i \in Own(r) : Active(pod[i])}) <= Desired
Converged == \A r \in Sets : Count({i \in Own(r) : Ready(pod[i])}) = wanted[r]
Quiet == Converged \/ Busy
=============================================================================
