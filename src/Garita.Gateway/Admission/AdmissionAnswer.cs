namespace Garita.Gateway.Admission;

/// <summary>Why a connection is turned away at accept, or sent away later to keep the others served.</summary>
internal enum AdmissionAnswer : byte
{
    Admitted,
    Full,
    ClientLimit,
    NetworkLimit,
    RateLimit,
    Evicted,
    SlowClient,
    Banned,
}
