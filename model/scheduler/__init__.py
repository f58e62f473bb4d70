"""kube-scheduler: which node each pod goes to.

    scheduler   the control loop: cycle, assume, bind, what a failure leads to, event handlers
    queue       active pods are keys of the work queue, unschedulable ones notes that events wake
    cache       bound and assumed pods; what the informers keep
    cycle       one decision: filter, score, and the message when nothing fits
    plugins     one module each: totals are gathered, then compared; the comparisons are functions of numbers
    requests, node_info, events, framework   what these share
    unmodelled  the fields of a pod that the real scheduler would look at and this one does not

Which queued pod is next is the Action's choice: that covers the order of PrioritySort, and every one that a delay
could make of it. What the model leaves out can only matter to pods that `unmodelled_constraints` names, or to a case
that a module's first lines name; verdicts list both as assumptions.
"""
