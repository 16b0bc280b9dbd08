using Garita.Gateway.Dialogue.Smtp;

namespace Garita.Gateway.Admission;

/// <summary>The sessions that are open, for the heartbeat and for stopping. Coming and going are O(1).</summary>
internal sealed class SessionTable
{
    private readonly Lock _lock = new();
    private SmtpSession?[] _sessions = new SmtpSession?[256];
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal void Add(SmtpSession session)
    {
        lock (_lock)
        {
            if (_count == _sessions.Length)
                Array.Resize(ref _sessions, _sessions.Length * 2);
            session.Place = _count;
            _sessions[_count++] = session;
        }
    }

    internal void Remove(SmtpSession session)
    {
        lock (_lock)
        {
            var last = _sessions[--_count]!;
            _sessions[session.Place] = last;
            last.Place = session.Place;
            _sessions[_count] = null;
        }
    }

    /// <summary>Calls for each session. One that comes or goes meanwhile may be missed once.</summary>
    internal void ForEach<TState>(TState state, Action<SmtpSession, TState> act)
    {
        SmtpSession?[] sessions;
        int count;
        lock (_lock)
        {
            sessions = _sessions;
            count = _count;
        }

        for (var i = 0; i < count; i++)
        {
            if (Volatile.Read(ref sessions[i]) is { } session)
                act(session, state);
        }
    }
}
