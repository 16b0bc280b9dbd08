using System.Runtime.InteropServices;

namespace Garita.Serve;

/// <summary>SIGHUP reloads; SIGTERM and SIGINT stop gracefully, the second of them at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PosixSignal> _force = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="reload">Called for SIGHUP.</param>
    public Signals(Action reload) => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStop),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStop),
    ];

    /// <summary>Completes at the first stop signal, with it.</summary>
    public Task<PosixSignal> Stop => _stop.Task;

    /// <summary>Completes at the second one, with it.</summary>
    public Task<PosixSignal> Force => _force.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnStop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.TrySetResult(context.Signal))
            _force.TrySetResult(context.Signal);
    }
}
